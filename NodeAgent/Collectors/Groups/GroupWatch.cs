namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>Hears from the kernel which control groups are made and removed, and tells the table. No collector that one asks for: it serves the others.</summary>
internal sealed class GroupWatch(ControlGroupTable table) : Collector(CollectorProgram.Open("groups"))
{
    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record)
    {
        var change = new GroupRecord(record);
        if (change.Kind == GroupRecord.KindMade) table.Made(change.Hierarchy, change.Id, change.Path);
        else table.Removed(change.Hierarchy, change.Id);
    }
}
