using Coral.NodeAgent.Following;

namespace Coral.NodeAgent.Journal;

/// <summary>The journal as lines of the log: mismatches, which somebody should look at.</summary>
/// <param name="say">Takes a line.</param>
internal sealed class LogJournal(Action<string> say) : INodeJournal
{
    public void Changed(ReportChange change)
    {
        // What is published is no line of the log.
    }

    public void Found(Mismatch mismatch) => say(mismatch.ToString());
}
