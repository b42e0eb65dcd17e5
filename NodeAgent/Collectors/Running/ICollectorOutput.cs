using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>
/// Takes what collectors see: records as they come, and at the end of each window what was summed in it and the books of each control group. All calls come from the engine's one thread, which
/// reads the rings meanwhile not at all: be quick and do not throw.
/// </summary>
internal interface ICollectorOutput
{
    /// <summary>Something happened, or was summed.</summary>
    /// <param name="e">What its document will say. Its container is known as far as the path of the control group tells.</param>
    /// <param name="group">Where; null when the number of the control group is unknown.</param>
    void Take(AuditEvent e, ControlGroup? group);

    /// <summary>Nothing more comes for a moment: called about every 50 ms, also when nothing came, and after the last.</summary>
    void Flush();
}
