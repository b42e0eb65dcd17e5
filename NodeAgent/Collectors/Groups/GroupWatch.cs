using System.Globalization;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>
/// Hears from the kernel which control groups are made and removed, and tells the table; at the start also those of all processes of its own namespace. No collector that one asks for: it serves the
/// others.
/// </summary>
internal sealed class GroupWatch(ControlGroupTable table) : Collector(CollectorProgram.Open("groups"))
{
    /// <summary>The control group that this process runs in; null before <see cref="Collector.Start"/>.</summary>
    internal ControlGroup? Own { get; private set; }

    private protected override void Started()
    {
        // "self|other HIERARCHY NUMBER NAME/PARENT'S NAME/…/" (bpf/groups/groups.bpf.c); a name may have blanks.
        foreach (var fields in Iterators.Lines(Program.Link("processes")).Select(line => line.Split(' ', 4)))
        {
            var path = $"/{string.Join('/', fields[3].Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())}";
            table.Stands(int.Parse(fields[1], CultureInfo.InvariantCulture), ulong.Parse(fields[2], CultureInfo.InvariantCulture), path);
            if (fields[0] == "self") Own = ControlGroup.Of(path);
        }
    }

    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record)
    {
        var change = new GroupRecord(record);
        if (change.Kind == GroupRecord.KindMade) table.Made(change.Hierarchy, change.Id, change.Path);
        else table.Removed(change.Hierarchy, change.Id);
    }
}
