using System.Text;
using Coral.NodeAgent.Collectors.Http;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The collector <c>http_latency</c> beside the log of nginx.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpNginxTests
{
    private readonly List<(HttpRole Role, string Method, string Path, int Status, double Seconds, ulong Request, ulong Response, bool IsAborted)> records = [];

    [NginxFact]
    public async Task Counts_paths_bytes_and_times_are_those_of_the_log()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var nginx = await Nginx.Start(group);
        var at = $"http://127.0.0.1:{nginx.Port}";
        using var collector = Open(id, hasRecords: true, HttpHooks.Best);

        string[] many = ["-s", "-o", "/dev/null", $"{at}/made", "-o", "/dev/null", $"{at}/1000", "-o", "/dev/null", $"{at}/60000?query=1", "-o", "/dev/null", $"{at}/2000000", "-o", "/dev/null", $"{at}/none", "-o", "/dev/null", $"{at}/missing"];
        foreach (var arguments in new string[][]
        {
            many, many, [.. many, "-0"], ["-s", "-I", $"{at}/1000", $"{at}/made", $"{at}/missing"], ["-s", "-d", "@/usr/bin/env", $"{at}/made"], ["-s", "-H", "Expect: 100-continue", "-d", "@/usr/bin/env", $"{at}/gone"],
            ["-s", "-H", "Transfer-Encoding: chunked", "-d", "@/usr/bin/env", $"{at}/gone"], ["-s", "-X", "DELETE", $"{at}/moved", $"{at}/broken"], ["-s", "-X", "PROPFIND", $"{at}/made"], ["-s", "-o", "/dev/null", $"{at}/passed/1000", "-o", "/dev/null", $"{at}/passed/made"],
            ["-s", "-H", "Range: bytes=10-20,30-40", "-o", "/dev/null", $"{at}/1000"], ["-s", "-H", $"X-Long: {new string('x', 3000)}", "-o", "/dev/null", $"{at}/1000"], ["-s", "-o", "/dev/null", $"{at}/slow", "-o", "/dev/null", $"{at}/slow", "-o", "/dev/null", $"{at}/slow"],
        })
            await Pump.While(Command.Run("curl", arguments), collector);
        await nginx.Stop();
        Pump.Empty(collector);

        var log = nginx.Log();
        var seen = records.Where(record => record.Role == HttpRole.Server).ToList();
        Assert.True(log.Count >= 36, $"{log.Count} requests");
        Assert.Equal(Sorted(log.Select(line => $"{Name(line.Method)} {line.Path} {line.Status} {Length(line.Method, line.Length)} {line.Bytes}")), Sorted(seen.Select(record => $"{record.Method} {record.Path.Split('?')[0]} {record.Status} {Length(record.Method, (long)record.Request)} {record.Response}")));
        Assert.Equal(2, records.Count(record => record.Role == HttpRole.Client));
        // The log has milliseconds, by a clock that nginx looks at once in a round of its loop: on a busy machine some are far off, of either kind of request the one in the middle is not.
        var pairs = log.OrderBy(line => line.Path, StringComparer.Ordinal).ThenBy(line => line.Seconds).Zip(seen.OrderBy(record => record.Path.Split('?')[0], StringComparer.Ordinal).ThenBy(record => record.Seconds)).ToList();
        foreach (var isSlow in new[] { false, true })
        {
            var off = pairs.Where(pair => pair.First.Path == "/slow" == isSlow).Select(pair => Math.Abs(pair.First.Seconds - pair.Second.Seconds)).Order().ToList();
            Assert.InRange(off[off.Count / 2], 0, 0.001);
        }

        Assert.All(seen.Where(record => record.Path == "/slow"), record => Assert.True(record.Seconds > 0.2, $"{record.Seconds} s"));
        var counts = Pump.Closed(collector.Account(), id);
        Assert.Equal(((ulong)records.Count, 0UL), (counts.Emitted, counts.Error));
    }

    [NginxFact]
    public Task At_speed_no_request_is_missed_and_none_is_counted_twice() => AtSpeed(HttpHooks.Best);

    [NginxFact]
    public Task At_speed_none_is_missed_where_only_system_calls_are_heard_of() => AtSpeed(HttpHooks.Calls);

    private async Task AtSpeed(HttpHooks hooks)
    {
        using var group = new TestGroup();
        using var clients = new TestGroup();
        var (id, other) = (group.Id, clients.Id);
        using var nginx = await Nginx.Start(group);
        using var collector = Open(id, hasRecords: false, hooks);

        await Pump.While(clients.Run("wrk", "-t2", "-c16", "-d1s", $"http://127.0.0.1:{nginx.Port}/1000"), collector);
        await Pump.While(clients.Run("wrk", "-t1", "-c4", "-d1s", $"http://127.0.0.1:{nginx.Port}/missing"), collector);
        await nginx.Stop();
        Pump.Empty(collector);

        var log = nginx.Log();
        var sums = collector.Sums();
        foreach (var status in new[] { 200, 404 })
        {
            var served = sums.Where(pair => pair.Key.Group == id && pair.Key.Role == HttpRole.Server && pair.Key.Status == status).Aggregate(0UL, (sum, pair) => sum + pair.Value.Count);
            Assert.Equal((ulong)log.Count(line => line.Status == status), served);
            Assert.True(served > 500, $"{served} requests");
        }

        // wrk breaks off what it is waiting for at the end: at most one for each connection.
        var asked = sums.Where(pair => pair.Key.Group == other).Aggregate(0UL, (sum, pair) => sum + pair.Value.Count);
        var served2 = sums.Where(pair => pair.Key.Group == id).Aggregate(0UL, (sum, pair) => sum + pair.Value.Count);
        Assert.InRange(asked, served2, served2 + 20);
        Assert.Equal(0UL, Pump.Closed(collector.Account(), id).Error + Pump.Closed(collector.Account(), other).Error);
    }

    private static string Name(string method) => method == "PROPFIND" ? "OTHER" : method;

    /// <summary>Of a body that it does not want nginx counts what it has read when it answers.</summary>
    private static long Length(string method, long length) => method == "POST" ? 0 : length;

    private static IEnumerable<string> Sorted(IEnumerable<string> lines) => lines.Order(StringComparer.Ordinal);

    private HttpCollector Open(ulong group, bool hasRecords, HttpHooks hooks)
    {
        var collector = new HttpCollector(hasRecords, record =>
        {
            if (record.Head.Group != group) return;
            var line = Encoding.Latin1.GetString(record.Line).Split(' ');
            records.Add((record.Role, record.Method, line.Length > 1 ? line[1] : "", record.Status, (record.Last - record.Begun) / 1e9, record.RequestBytes, record.ResponseBytes, record.IsAborted));
        }, hooks);
        collector.Start(default);
        return collector;
    }
}

/// <summary>As <see cref="CollectorFactAttribute"/>, where nginx and wrk are too.</summary>
public sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute() => Skip = CollectorTools.Missing ?? (Kit.InCi ? null : Nginx.Missing ?? (File.Exists("/usr/bin/wrk") ? null : "needs wrk"));
}
