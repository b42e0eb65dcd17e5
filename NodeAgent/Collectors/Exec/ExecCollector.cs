namespace Coral.NodeAgent.Collectors.Exec;

/// <summary>Takes a record of <c>exec</c>. It lies in the ring: what is kept of it must be copied.</summary>
internal delegate void ProcessTaken(ProcessRecord record);

/// <summary>The collector <c>exec</c>: processes that are copied, begin another program, and end.</summary>
internal sealed class ExecCollector(ProcessTaken taken) : Collector(CollectorProgram.Open(Name))
{
    internal const string Name = "exec";

    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record) => taken(new ProcessRecord(record));
}
