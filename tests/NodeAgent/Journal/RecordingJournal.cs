using Coral.NodeAgent.Following;
using Coral.NodeAgent.Journal;

namespace Coral.NodeAgent.Tests.Journal;

/// <summary>Keeps what it is given.</summary>
internal sealed class RecordingJournal : INodeJournal
{
    private readonly Lock gate = new();
    private readonly List<ReportChange> changes = [];
    private readonly List<Mismatch> mismatches = [];

    public IReadOnlyList<ReportChange> Changes
    {
        get
        {
            lock (gate) return [.. changes];
        }
    }

    public IReadOnlyList<Mismatch> Mismatches
    {
        get
        {
            lock (gate) return [.. mismatches];
        }
    }

    public void Changed(ReportChange change)
    {
        lock (gate) changes.Add(change);
    }

    public void Found(Mismatch mismatch)
    {
        lock (gate) mismatches.Add(mismatch);
    }
}
