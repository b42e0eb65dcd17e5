using System.Collections.Immutable;

namespace Coral.NodeAgent.Collectors.Accounting;

/// <summary>The books of a collector at a moment.</summary>
/// <param name="Groups">Of each control group that is there; group 0 are those for which there was no place, sockets that outlived theirs, and calls of hooks that the kernel left out.</param>
/// <param name="Gone">Of those that are not there any more, together.</param>
/// <param name="Received">Records that were read from the ring.</param>
/// <param name="Gaps">Records whose numbers are missing between those that were read: lost in the ring.</param>
/// <param name="Tries">Records that programs tried to send: received, gaps, and those that wait or come behind the last that was read.</param>
internal sealed record CollectorAccount(ImmutableSortedDictionary<ulong, Counts> Groups, Counts Gone, ulong Received, ulong Gaps, ulong Tries)
{
    /// <summary>All groups together, with those that are gone.</summary>
    internal Counts Total => Groups.Values.Aggregate(Gone, (sum, counts) => sum + counts);
}
