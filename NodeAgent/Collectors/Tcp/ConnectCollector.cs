using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>Takes a record of <c>connect</c>. It lies in the ring: what is kept of it must be copied.</summary>
internal delegate void ConnectTaken(in ConnectRecord record);

/// <summary>The collector <c>connect</c>: TCP connections with their outcome, and those that are accepted.</summary>
internal sealed class ConnectCollector(ConnectTaken taken) : Collector(CollectorProgram.Open(Name))
{
    internal const string Name = "connect";

    private protected override void Take(in RecordHead head, ReadOnlySpan<byte> record) => taken(in MemoryMarshal.AsRef<ConnectRecord>(record));
}
