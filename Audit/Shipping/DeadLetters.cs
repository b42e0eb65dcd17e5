using Coral.Audit.Chain;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>A document that the search server refused for good.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Stream">The data stream that it was for.</param>
/// <param name="Happened">When it says that it happened, or null.</param>
/// <param name="Bytes">How long the document is.</param>
/// <param name="Refused">When it was refused, or null where that is not known.</param>
/// <param name="Reason">What the server said, or null where that is not known.</param>
public sealed record DeadLetter(string Id, string Stream, DateTimeOffset? Happened, int Bytes, DateTimeOffset? Refused, string? Reason);

/// <summary>What became of refused documents that were sent again.</summary>
/// <param name="Documents">How many there were.</param>
/// <param name="Indexed">Stored now.</param>
/// <param name="Duplicate">The server had them already.</param>
/// <param name="Refused">Refused again; they stay.</param>
/// <param name="Left">Not settled; they stay.</param>
/// <param name="Detail">Why some are not settled, or empty.</param>
public sealed record ReplayCounts(int Documents, int Indexed, int Duplicate, int Refused, int Left, string Detail);

/// <summary>The refused documents of a spool, also while a process ships it.</summary>
public static class DeadLetters
{
    /// <summary>Each document once, in no order. Throws as <see cref="SpoolReader"/> does.</summary>
    public static IEnumerable<DeadLetter> List(string spool)
    {
        SpoolReader.Open(spool);
        var directory = FolderOf(spool);
        if (!Directory.Exists(directory)) yield break;
        var reasons = RefusalLog.Read(directory);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var frame in SpoolReader.Open(directory).Forward())
        {
            if (!seen.Add(frame.Id)) continue;
            var isKnown = reasons.TryGetValue(frame.Id, out var refusal);
            yield return new DeadLetter(frame.Id, frame.Stream, TimeOf(frame.Document.Span), frame.Document.Length, isKnown ? refusal.At : null, isKnown ? refusal.Reason : null);
        }
    }

    /// <summary>
    /// Sends all of them again, as a shipper does, and takes out those that the server has then. A process that ships the same spool may go on meanwhile. Ends when all are settled, or when for the time of
    /// <paramref name="wait"/> none was. Throws as <see cref="SpoolReader"/> does, and <see cref="SpoolUnavailableException"/> when the folder can't be written: then the server has documents that are still there, and
    /// another replay takes them out.
    /// </summary>
    public static async Task<ReplayCounts> ReplayAsync(
        string spool, ShipperOptions options, TimeSpan wait, TimeProvider time, ILogger logger, Action<int>? progress = null, HttpClient? http = null, CancellationToken cancel = default)
    {
        var all = List(spool).Count();
        if (all == 0) return new ReplayCounts(0, 0, 0, 0, 0, "");
        using var replay = new DeadLetterReplay(FolderOf(spool), options, wait, time, logger, http);
        try
        {
            await replay.SendAsync(progress, cancel);
        }
        finally
        {
            await DeadLetterRemoval.RunAsync(FolderOf(spool), replay.Acknowledged, replay.RefusedAgain, time, cancel);
        }

        var counts = replay.Counts;
        return new ReplayCounts(all, (int)counts.Indexed, replay.Acknowledged.Count - (int)counts.Indexed, replay.RefusedAgain.Count, all - replay.Acknowledged.Count - replay.RefusedAgain.Count, replay.Detail);
    }

    private static string FolderOf(string spool) => Path.Combine(spool, DeadLetterFolder.Name);

    private static DateTimeOffset? TimeOf(ReadOnlySpan<byte> document)
    {
        try
        {
            return DocumentTime.Read(document);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
