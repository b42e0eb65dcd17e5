using System.Globalization;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Events.Redaction;
using Coral.NodeAgent.Collectors.Groups;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>A line for each record, for people at a terminal.</summary>
internal sealed class TableOutput(TextWriter to) : ICollectorOutput
{
    private const int ShortId = 12;

    private bool isBegun;

    public void Take(AuditEvent e, ControlGroup? group)
    {
        var where = Where(group);
        if (!isBegun) Line("TIME", "EVENT", "PID", "PARENT", "NAME", "WHERE", "WHAT");
        isBegun = true;
        var time = e.Timestamp.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        switch (e)
        {
            case ProcessEvent process: Line(time, Word(process.Action), process.Process.Pid, process.Process.Parent?.Pid, process.Process.Name, where, What(process)); break;
            case ConnectionEvent connection: Line(time, Word(connection.Action), connection.Process?.Pid, null, connection.Process?.Name, where, What(connection)); break;
            case SyscallSumsEvent calls: Line(time, "syscall", null, null, calls.Name, where, What(calls)); break;
            case HttpEvent http: Line(time, "http", http.Process?.Pid, null, http.Process?.Name, where, What(http)); break;
            case HttpSumsEvent http: Line(time, "http", null, null, http.Role, where, What(http)); break;
            case TcpSumsEvent tcp: Line(time, "tcp", null, null, null, where, What(tcp)); break;
            case CollectorAccountEvent { Seen: > 0 } account when account.Seen != account.Filtered + account.Aggregated + account.Emitted:
                Line(time, "lost", null, null, account.Name, where, string.Create(CultureInfo.InvariantCulture, $"{account.LostRing} ring full, {account.LostMap} map full, {account.LostRate} rate, of {account.Seen}"));
                break;
        }
    }

    public void Flush() => to.Flush();

    /// <summary>The container's short id, else the pod, else the path.</summary>
    private static string Where(ControlGroup? group) => group switch
    {
        null => "?",
        { Container.ContainerId: { Length: > ShortId } id } => id[..ShortId],
        { Container.ContainerId: { } id } => id,
        { Container.PodUid: { } pod } => $"pod {pod}",
        _ => group.Path,
    };

    private static string Word(ProcessAction action) => action switch { ProcessAction.Exec => "exec", ProcessAction.Fork => "fork", _ => "exit" };

    private static string What(ProcessEvent e) => e.Action switch
    {
        ProcessAction.Exec => $"{e.Process.Executable}: {CommandLine.Clean(e.Process.Arguments)}{(e.Process.ArgumentCount > e.Process.Arguments.Length ? " ..." : "")}",
        ProcessAction.Exit => string.Create(CultureInfo.InvariantCulture, $"code {e.Process.ExitCode} after {e.DurationNanoseconds / 1e6:0.0} ms"),
        _ => "",
    };

    private static string Word(ConnectionAction action) => action switch { ConnectionAction.Connect => "connect", ConnectionAction.Accept => "accept", _ => "close" };

    private static string What(ConnectionEvent e) => e.Action == ConnectionAction.Close
        ? string.Create(CultureInfo.InvariantCulture, $"{End(e.Source)} > {End(e.Destination)} {e.Source?.Bytes} bytes out, {e.Destination?.Bytes} back, was {e.State}, rtt {e.RoundTripMicroseconds ?? 0} us, {e.Retransmits} sent again, {e.DurationNanoseconds / 1e6:0.0} ms {e.Error}")
        : string.Create(CultureInfo.InvariantCulture, $"{End(e.Source)} > {End(e.Destination)} {e.Error ?? "ok"}{(e.DurationNanoseconds is { } took ? $" after {took / 1e6:0.000} ms" : "")}");

    private static string What(SyscallSumsEvent e) => string.Create(
        CultureInfo.InvariantCulture, $"{e.Calls} calls, {e.Errors} errors, {e.Microseconds} us, half below {e.MedianMicroseconds} us, 99% below {e.HighMicroseconds} us{(e.IsWaiting ? ", waiting" : "")}");

    private static string What(TcpSumsEvent e) => string.Create(
        CultureInfo.InvariantCulture, $"{e.Opened} opened, {e.Accepted} accepted, {e.Failed} failed, {e.Closed} closed; {e.Sent} bytes out, {e.Received} in, {e.Retransmits} segments sent again, {e.Resets} resets");

    private static string What(HttpEvent e) => string.Create(
        CultureInfo.InvariantCulture, $"{End(e.Source)} > {End(e.Destination)} {e.Method} {e.CleanPath} {(e.Status == 0 ? "no answer" : e.Status)}{(e.IsAborted ? " cut" : "")} after {e.DurationNanoseconds / 1e6:0.000} ms, status line after {e.FirstMicroseconds ?? 0} us");

    private static string What(HttpSumsEvent e) => string.Create(
        CultureInfo.InvariantCulture, $"port {e.Port} {e.Method} {e.Status}: {e.Requests} requests, {e.Aborted} cut, status line half below {e.MedianFirstMicroseconds ?? 0} us, 99% below {e.HighFirstMicroseconds ?? 0} us, last byte {e.MedianMicroseconds ?? 0} us, {e.HighMicroseconds ?? 0} us");

    private static string End(Peer? peer) => peer is null ? "?" : new System.Net.IPEndPoint(peer.Address, peer.Port).ToString();

    private void Line(object time, object what, object? pid, object? parent, object? name, object where, object details) =>
        to.WriteLine(Printable(string.Create(CultureInfo.InvariantCulture, $"{time,-12} {what,-8} {pid,7} {parent,7} {name,-15} {where,-20} {details}")).TrimEnd());

    /// <summary>What programs are called and given is not ours: it must not move the cursor.</summary>
    private static string Printable(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
