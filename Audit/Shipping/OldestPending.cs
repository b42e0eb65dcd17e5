using Coral.Audit.Chain;
using Coral.Audit.Spool;

namespace Coral.Audit.Shipping;

/// <summary>How long the oldest document that is not shipped has waited, by its own time. Looked up only when asked, and once for each document. Thread safe.</summary>
internal sealed class OldestPending(AuditSpool spool, TimeProvider time)
{
    private readonly Lock gate = new();
    private ulong known;
    private DateTimeOffset happened;

    public TimeSpan Age()
    {
        lock (gate)
        {
            var first = spool.FirstUnshipped;
            if (first > spool.LastSequence) return TimeSpan.Zero;
            if (first != known)
            {
                using var cursor = new SpoolCursor(spool.Directory, first - 1);
                if (!cursor.TryRead(out var frame) || DocumentTime.Read(frame.Document.Span) is not { } at) return TimeSpan.Zero;
                (known, happened) = (first, at);
            }

            var age = time.GetUtcNow() - happened;
            return age > TimeSpan.Zero ? age : TimeSpan.Zero;
        }
    }
}
