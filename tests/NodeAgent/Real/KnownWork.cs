using System.Globalization;
using System.Text.Json;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The numbers of ../Oracle/work.c, and how the agent's documents must tell them.</summary>
internal static class KnownWork
{
    private const int Processes = 40;
    private const int Connections = 25;
    private const int Refused = 7;
    private const int Failed = 5;
    private const int Asked = 4321;
    private const int Answered = 1234;

    /// <summary>Records: how many of which collector, action and error.</summary>
    internal static readonly string[] Records =
    [
        $"connect accept: {Connections}",
        $"connect connect ECONNREFUSED: {Refused}",
        $"connect connect: {Connections}",
        $"tcp_metrics tcp-close: {2 * Connections}",
    ];

    /// <summary>The same of <c>exec</c>, where the last to exit is the work itself, and of <c>http_latency</c>, where those that failed stand out, on either side.</summary>
    internal static readonly string[] RecordsByAddress = [$"exec exec: {Processes}", $"exec exit: {Processes + 1}", $"exec fork: {Processes}", $"http_latency http-request: {2 * Failed}"];

    /// <summary>Side, method, status, requests, bytes of requests and of answers: of five one is not found and one fails.</summary>
    internal static readonly string[] Http = [.. new[] { "client", "server" }.SelectMany(side => new[] { (200, Connections - (2 * Failed)), (404, Failed), (503, Failed) }.Select(of => $"{side} POST {of.Item1} {of.Item2} {of.Item2 * Asked} {of.Item2 * Answered}"))];

    /// <summary>Both directions of both ends are in one group.</summary>
    internal static readonly string[] Tcp =
    [
        $"opened {Connections}",
        $"accepted {Connections}",
        $"failed {Refused}",
        $"closed {2 * Connections}",
        $"resets {Refused}",
        $"sent_bytes {Connections * (Asked + Answered)}",
        $"received_bytes {Connections * (Asked + Answered)}",
        "resent_bytes 0",
        "retransmits 0",
    ];

    /// <summary>Calls and errors. The first write is the one by which the work enters its group, and its file is closed there; the C library makes others before main.</summary>
    internal static readonly string[] Calls =
    [
        $"accept {Connections} 0",
        "bind 1 0",
        "clock_nanosleep 10 0",
        $"clone {Processes} 0",
        $"close {(2 * Connections) + Refused + 2} 0",
        $"connect {Connections + Refused} {Refused}",
        $"execve {Processes} 0",
        "getppid 1000 0",
        "listen 1 0",
        "openat 123 123",
        "pipe2 1 0",
        "read 200 0",
        $"recvfrom {4 * Connections} 0",
        $"sendto {2 * Connections} 0",
        $"shutdown {Connections} 0",
        $"socket {Connections + Refused + 1} 0",
        $"wait4 {Processes} 0",
        "write 201 0",
    ];

    /// <summary>What the kernel itself has counted meanwhile (/proc/net/snmp): nobody else connects in a guest.</summary>
    internal static readonly string[] Kernel = [$"ActiveOpens {Connections + Refused}", $"PassiveOpens {Connections}", $"AttemptFails {Refused}", "EstabResets 0", "RetransSegs 0"];

    /// <summary>Such as <c>connect connect ECONNREFUSED: 7</c>.</summary>
    internal static IEnumerable<string> RecordsOf(IEnumerable<JsonElement> documents) => documents.Where(IsRecord).GroupBy(Kind).Select(kind => $"{kind.Key}: {kind.Count()}").Order(StringComparer.Ordinal);

    /// <summary>How many calls of <see cref="Calls"/> were not counted; none of them may be counted more often than it was made.</summary>
    internal static long MissingCalls(IEnumerable<JsonElement> documents)
    {
        var told = documents.Where(document => Action(document) == "syscall-sums").Select(document => document.GetProperty("coral").GetProperty("syscall"))
            .ToDictionary(call => Text(call, "name"), call => (Calls: call.GetProperty("calls").GetInt64(), Errors: call.GetProperty("errors").GetInt64()), StringComparer.Ordinal);
        return Calls.Select(call => call.Split(' ')).Sum(call =>
        {
            var (made, failed) = (long.Parse(call[1], CultureInfo.InvariantCulture), long.Parse(call[2], CultureInfo.InvariantCulture));
            var (calls, errors) = told.GetValueOrDefault(call[0]);
            Assert.True(calls <= made && errors <= failed && made - calls >= failed - errors, $"{call[0]}: {calls} calls and {errors} errors were told, {made} and {failed} were made");
            return made - calls;
        });
    }

    /// <summary>The fields of <see cref="Tcp"/>.</summary>
    internal static IEnumerable<string> TcpOf(IEnumerable<JsonElement> documents)
    {
        var sums = documents.Single(document => Action(document) == "tcp-sums").GetProperty("coral").GetProperty("tcp");
        return Tcp.Select(line => line.Split(' ')[0]).Select(field => $"{field} {sums.GetProperty(field)}");
    }

    /// <summary>As <see cref="Http"/>.</summary>
    internal static IEnumerable<string> HttpOf(IEnumerable<JsonElement> documents) => documents.Where(document => Action(document) == "http-sums").Select(document => document.GetProperty("coral").GetProperty("http"))
        .Select(sums => $"{Text(sums, "role")} {Text(sums, "method")} {sums.GetProperty("status")} {sums.GetProperty("requests")} {sums.GetProperty("request_bytes")} {sums.GetProperty("response_bytes")}").Order(StringComparer.Ordinal);

    /// <summary>What the counters of <see cref="Kernel"/> have gained.</summary>
    /// <param name="before">The two lines of TCP.</param>
    /// <param name="after">The same, later.</param>
    internal static IEnumerable<string> KernelOf(string before, string after)
    {
        var (first, last) = (Counters(before), Counters(after));
        return Kernel.Select(line => line.Split(' ')[0]).Select(name => $"{name} {last[name] - first[name]}");
    }

    /// <summary>Such as <c>collector-account</c>.</summary>
    internal static string Action(JsonElement document) => document.GetProperty("event").GetProperty("action").GetString()!;

    /// <summary>The collector that it is of.</summary>
    internal static string Provider(JsonElement document) => document.GetProperty("event").GetProperty("provider").GetString()!;

    private static bool IsRecord(JsonElement document) => document.GetProperty("event").GetProperty("kind").GetString() == "event";

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString()!;

    private static string Kind(JsonElement document) => string.Join(
        ' ',
        new[] { Provider(document), Action(document), document.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null }.OfType<string>());

    private static Dictionary<string, long> Counters(string snmp)
    {
        var lines = snmp.Split('\n').Select(line => line.Split(' ')).ToList();
        return lines[0].Zip(lines[1]).Skip(1).ToDictionary(pair => pair.First, pair => long.Parse(pair.Second, CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }
}
