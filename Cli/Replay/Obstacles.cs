using Coral.Policies;
using Coral.Policies.Recording;

namespace Coral.Cli.Replay;

/// <summary>Why a document is not decided on again, besides what stands in its record (<see cref="ReplayScene"/>). The codes are stable.</summary>
internal static class Obstacles
{
    internal static readonly ReplayObstacle Validation = new("validation", "calls of /validate choose nothing, so nothing is recorded to choose by");

    internal static readonly ReplayObstacle NoDecision = new("no-decision", "the document is not about a decision, such as a note of the spool that it let go of others");

    internal static readonly ReplayObstacle TooLarge = new("too-large", "the request was left out of the document, because it was over 64 KiB or a search server refused it");

    internal static readonly ReplayObstacle NotRecorded = new("not-recorded", "the document holds no request");

    internal static ReplayObstacle Failed(Ending before) => new("failed-then", $"it had failed ({before.Reason}), for a reason that is not recorded");

    internal static ReplayObstacle NeedsPolicies(string policy) => new("needs-policies", $"policies had a say in it (such as {policy}); give --policy");
}
