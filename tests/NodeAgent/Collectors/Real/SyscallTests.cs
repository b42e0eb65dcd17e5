using System.Globalization;
using Coral.NodeAgent.Collectors.Syscalls;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The collector <c>syscall_stats</c> beside known work and what <c>strace -c</c> counts.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class SyscallTests
{
    private const string Work =
        """
        import os, time
        for _ in range(1000): os.getppid()
        for _ in range(123):
            try: os.open('/nonexistent', 0)
            except FileNotFoundError: pass
        for _ in range(50): time.sleep(0.002)
        r, w = os.pipe()
        for _ in range(200):
            os.write(w, b'x')
            os.read(r, 1)
        """;

    /// <summary>Of these the shell that enters the group makes some before it becomes the program, or strace sees them otherwise: the program's own first and last call.</summary>
    private static readonly string[] Otherwise = ["execve", "exit_group", "write", "close", "dup2", "fcntl"];

    [CollectorTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Counts_and_errors_of_each_call_are_those_of_strace_and_of_the_work(bool byEvents)
    {
        using var group = new TestGroup();
        var id = group.Id;
        string[] program = ["/usr/bin/env", "-i", "PYTHONHASHSEED=0", "setarch", "-R", "/usr/bin/python3", "-S", "-E", "-c", Work];
        var first = Counts((await group.Run(["strace", "-f", "-qq", "-c", .. program])).Errors);
        var second = Counts((await group.Run(["strace", "-f", "-qq", "-c", .. program])).Errors);
        using var collector = new SyscallCollector(byEvents ? SyscallHooks.Events : SyscallHooks.Typed);
        collector.Start(default);

        await group.Run(program);

        var sums = collector.Sums().Where(pair => pair.Key.Group == id).ToDictionary(pair => SyscallNames.Of(pair.Key.Number), pair => pair.Value);
        Assert.Equal((1000UL, 0UL), (sums["getppid"].Count, sums["getppid"].Errors));
        Assert.Equal(50UL, sums["clock_nanosleep"].Count);
        // What both runs of strace agree on is the same here.
        var agreed = first.Where(pair => second.GetValueOrDefault(pair.Key) == pair.Value && !Otherwise.Contains(pair.Key)).ToList();
        Assert.True(agreed.Count > 15, $"strace agrees with itself on {agreed.Count}");
        Assert.Equal(
            agreed.Select(pair => $"{pair.Key} {pair.Value.Calls} {pair.Value.Errors}").Order(StringComparer.Ordinal),
            agreed.Select(pair => $"{pair.Key} {sums.GetValueOrDefault(pair.Key).Count} {sums.GetValueOrDefault(pair.Key).Errors}").Order(StringComparer.Ordinal));
        Assert.True(sums["openat"].Errors >= 123);
        var counts = Pump.Closed(collector.Account(), id);
        Assert.Equal(sums.Values.Aggregate(0UL, (sum, call) => sum + call.Count), counts.Aggregated);
    }

    [CollectorTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_strace_and_perf_agree_on_is_the_same_here(bool byEvents)
    {
        using var group = new TestGroup();
        var id = group.Id;
        string[] program = ["/usr/bin/env", "-i", "PYTHONHASHSEED=0", "setarch", "-R", "/usr/bin/python3", "-S", "-E", "-c", Work];
        var strace = Counts((await group.Run(["strace", "-f", "-qq", "-c", .. program])).Errors);
        // It needs tracefs, in a mount namespace of its own. The control group is left to what it begins.
        const string Script = """mount --make-rprivate / && { [ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; } && exec perf trace -s -m 4096 -- "$@" """;
        var perf = await PerfAsync();
        // On a machine of which its host takes much it may miss some, without saying so.
        for (var left = 2; left > 0 && perf["getppid"] != (1000, 0); left--) perf = await PerfAsync();
        using var collector = new SyscallCollector(byEvents ? SyscallHooks.Events : SyscallHooks.Typed);
        collector.Start(default);

        await group.Run(program);

        var sums = collector.Sums().Where(pair => pair.Key.Group == id).ToDictionary(pair => SyscallNames.Of(pair.Key.Number), pair => (pair.Value.Count, pair.Value.Errors));
        Assert.Equal((1000UL, 0UL), perf["getppid"]);
        var agreed = strace.Where(pair => perf.GetValueOrDefault(pair.Key) == pair.Value && !Otherwise.Contains(pair.Key)).ToList();
        Assert.True(agreed.Count > 15, $"strace and perf agree on {agreed.Count} of {strace.Count}");
        Assert.Equal(agreed.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal), agreed.Select(pair => $"{pair.Key} {sums.GetValueOrDefault(pair.Key)}").Order(StringComparer.Ordinal));

        async Task<Dictionary<string, (ulong Calls, ulong Errors)>> PerfAsync()
        {
            var said = (await group.Run(["unshare", "-m", "sh", "-c", Script, "sh", .. program])).Errors;
            Assert.DoesNotContain("LOST", said, StringComparison.Ordinal);
            // "calls, errors, total, min, avg, max, stddev" after the name, of each thread apart.
            return said.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length == 8 && words[7].EndsWith('%') && words[0] != "syscall")
                .GroupBy(words => words[0]).ToDictionary(words => words.Key, words => (Calls: Sum(words, 1), Errors: Sum(words, 2)));
        }

        static ulong Sum(IEnumerable<string[]> lines, int at) => lines.Aggregate(0UL, (sum, words) => sum + ulong.Parse(words[at], CultureInfo.InvariantCulture));
    }

    [CollectorTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Times_are_those_of_the_work_and_waiting_is_told_apart(bool byEvents)
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = new SyscallCollector(byEvents ? SyscallHooks.Events : SyscallHooks.Typed);
        collector.Start(default);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await group.Run("/usr/bin/python3", "-c", Work);
        var whole = (ulong)watch.Elapsed.TotalNanoseconds;

        var sleep = collector.Sums().Single(pair => pair.Key.Group == id && SyscallNames.Of(pair.Key.Number) == "clock_nanosleep").Value;
        Assert.InRange(sleep.Nanoseconds, 50 * 2_000_000UL, whole);
        // 2 ms and more: at least the bucket that begins at 1024 us.
        Assert.Equal(50UL, Enumerable.Range(11, SyscallTimes.Buckets - 11).Aggregate(0UL, (sum, bucket) => sum + sleep.Times[bucket]));
        Assert.True(SyscallNames.IsWaiting("clock_nanosleep") && !SyscallNames.IsWaiting("openat"));
    }

    /// <summary>"% time, seconds, usecs/call, calls, [errors,] syscall".</summary>
    private static Dictionary<string, (ulong Calls, ulong Errors)> Counts(string table) => table.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length is 5 or 6 && words[^1] is not ("total" or "syscall") && char.IsDigit(words[0][0]))
        .ToDictionary(words => words[^1], words => (ulong.Parse(words[3], CultureInfo.InvariantCulture), words.Length == 6 ? ulong.Parse(words[4], CultureInfo.InvariantCulture) : 0));
}
