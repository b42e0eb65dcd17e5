using System.Diagnostics;
using System.Text.Json;
using Coral.NodeAgent.Commands;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The verb <c>run</c> as a process of its own.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class RunTests
{
    private static readonly string Agent = Path.Join(AppContext.BaseDirectory, "coral-agent.dll");

    [CollectorFact]
    public async Task Each_line_of_json_is_a_document_and_secrets_are_not_in_it()
    {
        using var group = new TestGroup();
        using var agent = Start("run", "--collectors", "exec", "--for", "1m", "-o", "json", "--node", "node-a");
        await Began(agent);
        await group.Run("/bin/sh", "-c", "/bin/true --password=hunter2 $0 token hunter3; exit 7", "plain-word");
        var lines = new List<string>();
        while (await agent.StandardOutput.ReadLineAsync() is { } line && !line.Contains("\"exit_code\":7", StringComparison.Ordinal)) lines.Add(line);
        var (code, errors) = await Interrupt(agent);

        var exec = lines.Single(line => line.Contains("plain-word", StringComparison.Ordinal) && line.Contains("\"executable\":\"/bin/true\"", StringComparison.Ordinal));
        var document = JsonElement.Parse(exec);
        Assert.Equal(("exec", "exec", "logs-coral.ebpf-default", "node-a"), (
            document.GetProperty("event").GetProperty("provider").GetString(),
            document.GetProperty("event").GetProperty("action").GetString(),
            $"{document.GetProperty("data_stream").GetProperty("type")}-{document.GetProperty("data_stream").GetProperty("dataset")}-{document.GetProperty("data_stream").GetProperty("namespace")}",
            document.GetProperty("host").GetProperty("name").GetString()));
        Assert.Equal(["/bin/true", "--password=[redacted]", "plain-word", "token", "[redacted]"], document.GetProperty("process").GetProperty("args").EnumerateArray().Select(argument => argument.GetString()));
        Assert.DoesNotContain(lines, line => line.Contains("hunter", StringComparison.Ordinal));
        Assert.Equal(0, code);
        var books = errors.Split('\n').Single(line => line.StartsWith("coral-agent: exec saw ", StringComparison.Ordinal));
        var sent = books.Split("sent ")[1].Split(',')[0];
        Assert.EndsWith($"0 errors; read {sent}", books, StringComparison.Ordinal);
    }

    [CollectorFact]
    public async Task Killed_it_leaves_nothing_in_the_kernel()
    {
        using var agent = Start("run", "--collectors", "exec", "--for", "1m");
        await Began(agent);
        var ids = Ids(agent.Id);
        Assert.Equal(6, ids.Count(id => id.Kind == "prog_id"));
        Assert.True(ids.Count(id => id.Kind == "map_id") >= 10);

        agent.Kill();
        await agent.WaitForExitAsync();

        foreach (var (kind, id) in ids.Where(id => id.Kind != "link_id"))
            await Eventually.Async(async () => (await Command.Run("bpftool", [kind == "map_id" ? "map" : "prog", "show", "id", id])).ExitCode != 0, TimeSpan.FromSeconds(30), $"{kind} {id} is gone");
    }

    [CollectorFact]
    public async Task What_does_not_fit_the_memory_is_said_before_anything_is_loaded()
    {
        using var agent = Start("run", "--collectors", "exec", "--for", "1m", "--max-memory", "1");
        var errors = await agent.StandardError.ReadToEndAsync();
        await agent.WaitForExitAsync();

        Assert.Equal(1, agent.ExitCode);
        Assert.Matches("exec takes at most [0-9]+ KiB of the kernel's memory: ring 10[0-9][0-9] KiB, ", errors);
        Assert.Matches("these collectors need [0-9]+ KiB of the kernel's memory and --max-memory is 1024 KiB: ask for fewer or allow more; nothing was loaded\n$", errors);
    }

    [CollectorFact]
    public async Task Without_privileges_it_says_one_line_and_ends()
    {
        // The same user without any capability: another one may not even read the folder that the tests run in.
        var result = await Command.Run("setpriv", ["--bounding-set=-all", "--inh-caps=-all", "dotnet", Agent, "run", "--collectors", "exec", "--for", "1m"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("coral-agent: exec: load: EPERM.*; coral-agent probe says what this kernel allows\n$", result.Errors);
    }

    [Theory]
    [InlineData("10s", 10)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("0s", null)]
    [InlineData("10", null)]
    [InlineData("-1s", null)]
    [InlineData("s", null)]
    public void A_length_of_time_is_a_number_and_a_unit(string text, int? seconds) => Assert.Equal(seconds, (int?)RunCommand.Length(text)?.TotalSeconds);

    [Fact]
    public async Task All_mistakes_come_at_once()
    {
        var result = await Command.Run("dotnet", [Agent, "run", "--collectors", "exec,foo", "--for", "2x", "--rate", "a", "-o", "xml"]);

        Assert.Equal(2, result.ExitCode);
        foreach (var line in new[] { """coral-agent: --for is "2x"; it must be a length of time such as 10s or 5m""", """coral-agent: --collectors has "foo"; there are exec, connect, tcp_metrics, syscall_stats, http_latency""", """coral-agent: --rate is "a"; it must be a number from 0 to 1000000""", "'xml'" })
            Assert.Contains(line, result.Errors, StringComparison.Ordinal);
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Agent, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    /// <summary>The hook of exits is the last that is attached: one that came through says that all are at work. On a quiet machine nobody else ends.</summary>
    private static async Task Began(Process agent)
    {
        var heard = Heard();
        while (!heard.IsCompleted) await Command.Run("true", []);
        await heard;

        async Task Heard()
        {
            while (await agent.StandardOutput.ReadLineAsync() is { } line && !line.Contains("exit", StringComparison.Ordinal))
            {
            }
        }
    }

    private static async Task<(int Code, string Errors)> Interrupt(Process agent)
    {
        var rest = agent.StandardOutput.ReadToEndAsync();
        await Command.Run("kill", ["-INT", $"{agent.Id}"]);
        var errors = await agent.StandardError.ReadToEndAsync();
        await rest;
        await agent.WaitForExitAsync();
        return (agent.ExitCode, errors.Trim());
    }

    private static HashSet<(string Kind, string Id)> Ids(int process) =>
    [
        .. Directory.GetFiles($"/proc/{process}/fdinfo").SelectMany(File.ReadAllLines).Select(line => line.Split(':')).Where(parts => parts[0] is "prog_id" or "map_id" or "link_id").Select(parts => (parts[0], parts[1].Trim())),
    ];
}
