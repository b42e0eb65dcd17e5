using System.Globalization;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.NodeAgent.LocalApi;

/// <summary>An event as the API knows it.</summary>
/// <param name="Number">Its place among all of this process, from 0.</param>
/// <param name="Type">As the API calls it.</param>
/// <param name="BootNanoseconds">The kernel's time since the machine's start.</param>
/// <param name="Event">What happened.</param>
internal sealed record ApiEvent(ulong Number, string Type, ulong BootNanoseconds, AuditEvent Event)
{
    /// <summary>All types, as <c>type</c> may ask for them: <c>connection</c> is the seed's word for a connection that is asked for.</summary>
    internal static readonly string[] Types = ["connection", "accept", "close", "retransmit", "fork", "exec", "exit", "http"];

    internal ProcessInfo? Process => Event switch { ConnectionEvent connection => connection.Process, ProcessEvent process => process.Process, HttpEvent http => http.Process, _ => null };

    internal Workload? Workload => (Event as KernelEvent)?.Workload;

    /// <summary>Null for sums and accounts, which are no events.</summary>
    internal static string? TypeOf(AuditEvent e) => e switch
    {
        ConnectionEvent { Action: ConnectionAction.Connect } => "connection",
        ConnectionEvent { Action: ConnectionAction.Accept } => "accept",
        ConnectionEvent { Action: ConnectionAction.Close } => "close",
        ConnectionEvent { Action: ConnectionAction.Retransmit } => "retransmit",
        ProcessEvent { Action: ProcessAction.Fork } => "fork",
        ProcessEvent { Action: ProcessAction.Exec } => "exec",
        ProcessEvent { Action: ProcessAction.Exit } => "exit",
        HttpEvent => "http",
        _ => null,
    };

    /// <summary>16 hex digits: no two of a process are the same, and those of two processes hardly ever.</summary>
    /// <param name="process">Drawn by lot for each process.</param>
    internal string Id(ulong process) => Mix(Number + process).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Each number becomes another one that no other number becomes (the finalizer of SplitMix64: Steele, Lea, Flood, OOPSLA 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
