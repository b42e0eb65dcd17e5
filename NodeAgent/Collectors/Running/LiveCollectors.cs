using Coral.NodeAgent.Collectors.Exec;
using Coral.NodeAgent.Collectors.Http;
using Coral.NodeAgent.Collectors.Syscalls;
using Coral.NodeAgent.Collectors.Tcp;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>Makes the collectors of an engine, each with the documents of its records.</summary>
internal static class LiveCollectors
{
    /// <summary>All that there are.</summary>
    internal static readonly string[] Names = [ExecCollector.Name, ConnectCollector.Name, TcpCollector.Name, SyscallCollector.Name, HttpCollector.Name];

    internal static Collector Open(string name, EngineOptions options, CollectorContext context) => name switch
    {
        ExecCollector.Name => Exec(context),
        ConnectCollector.Name => Connect(context),
        TcpCollector.Name => Tcp(context),
        SyscallCollector.Name => new SyscallCollector(),
        HttpCollector.Name => Http(options.HttpRecords, context),
        _ => throw new ArgumentException($"no collector {name}", nameof(name)),
    };

    private static ExecCollector Exec(CollectorContext context)
    {
        var events = new ProcessEvents(context.Origin, context.Identities, context.Clock);
        return new ExecCollector(record =>
        {
            if (context.Wants(record.Head.Group)) context.Take(events.Make(record), record.Head.Group);
        });
    }

    private static ConnectCollector Connect(CollectorContext context)
    {
        var events = new ConnectionEvents(context.Origin, context.Identities, context.Clock);
        return new ConnectCollector((in ConnectRecord record) =>
        {
            if (context.Wants(record.Head.Group)) context.Take(events.Make(in record), record.Head.Group);
        });
    }

    private static TcpCollector Tcp(CollectorContext context)
    {
        var events = new ConnectionEvents(context.Origin, context.Identities, context.Clock);
        return new TcpCollector((in TcpRecord record) =>
        {
            if (context.Wants(record.Head.Group)) context.Take(events.Make(in record), record.Head.Group);
        });
    }

    private static HttpCollector Http(bool hasRecords, CollectorContext context)
    {
        var events = new HttpEvents(context.Origin, context.Identities, context.Clock);
        return new HttpCollector(hasRecords, record => context.Take(events.Make(record), record.Head.Group));
    }
}
