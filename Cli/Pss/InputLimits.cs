namespace Coral.Cli.Pss;

/// <summary>How much is read at once. In bytes.</summary>
internal static class InputLimits
{
    /// <summary>One object: the API server takes none above 3 MiB.</summary>
    internal const int Object = 10 * 1024 * 1024;

    /// <summary>Text that is kept whole because it is no JSON by lines: the pods of a large cluster as one list.</summary>
    internal const int Documents = 256 * 1024 * 1024;

    internal static string Text(int bytes) => $"{bytes / (1024 * 1024)} MiB";
}
