namespace Coral.NodeAgent.Collectors.Shipping;

/// <summary>What documents of collectors are, where there is no room for all.</summary>
internal enum SampleClass
{
    /// <summary>Something that happened once.</summary>
    Record,

    /// <summary>Sums and books of a window, which say how much there was of the former: they go last.</summary>
    Sum,
}
