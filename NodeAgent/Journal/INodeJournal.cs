using Coral.NodeAgent.Following;

namespace Coral.NodeAgent.Journal;

/// <summary>Takes what has to be found again later about this node. Thread safe, quick, and does not throw.</summary>
internal interface INodeJournal
{
    /// <summary>The node proves something else than its last report said, or has no report yet.</summary>
    void Changed(ReportChange change);

    /// <summary>A pod runs a variant that its node does not hold up, or does again.</summary>
    void Found(Mismatch mismatch);
}
