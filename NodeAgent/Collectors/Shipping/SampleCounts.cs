namespace Coral.NodeAgent.Collectors.Shipping;

/// <summary>What became of the documents of a class since the start: <c>Taken = Written + Dropped + Refused</c> and what waits.</summary>
/// <param name="Taken">Handed over by collectors.</param>
/// <param name="Written">Taken by the spool.</param>
/// <param name="Dropped">Given way to newer ones.</param>
/// <param name="Refused">Not taken by the spool.</param>
/// <param name="Unnamed">Of a container whose pod was not known in time (of those taken).</param>
internal readonly record struct SampleCounts(long Taken, long Written, long Dropped, long Refused, long Unnamed)
{
    /// <summary>What is in the queue or on its way out of it.</summary>
    internal long Waiting => Taken - Written - Dropped - Refused;

    public static SampleCounts operator -(in SampleCounts now, in SampleCounts before) =>
        new(now.Taken - before.Taken, now.Written - before.Written, now.Dropped - before.Dropped, now.Refused - before.Refused, now.Unnamed - before.Unnamed);
}
