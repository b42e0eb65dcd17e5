using System.Diagnostics;
using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The published agent on the kernel that the tests run on.</summary>
[Collection(AgentTests.Name)]
public sealed class MachineTests(AgentFixture fixture)
{
    [AgentFact]
    public async Task The_probe_agrees_with_an_independent_check_on_this_machine()
    {
        var report = Json(await AgentFixture.Here(fixture.Agent, "probe", "-o", "json", "--node", "node-a"));

        Assert.Empty(NodeCapabilityValidator.Validate(report));
        foreach (var (way, keep) in Agreement.Ways) Agreement.Check("this machine", report, way, await fixture.Opinions(keep));
    }

    [AgentFact]
    public async Task Nothing_is_left_in_the_kernel()
    {
        var before = await AgentFixture.Here(fixture.Oracle, "ids");

        await AgentFixture.Here(fixture.Agent, "probe", "-o", "json");

        await Eventually.Async(async () => await AgentFixture.Here(fixture.Oracle, "ids") == before, TimeSpan.FromSeconds(30), "every program, map and link of the probe is gone");
    }

    [AgentFact]
    public async Task Nothing_is_left_when_the_agent_is_killed_in_the_middle()
    {
        var before = await AgentFixture.Here(fixture.Oracle, "ids");
        using var agent = Process.Start(new ProcessStartInfo(fixture.Agent, ["probe", "-o", "json"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await Eventually.Async(async () => await AgentFixture.Here(fixture.Oracle, "ids") != before, TimeSpan.FromSeconds(30), "the probe is at work");

        agent.Kill();

        await Eventually.Async(async () => await AgentFixture.Here(fixture.Oracle, "ids") == before, TimeSpan.FromSeconds(30), "its processes and all that they had are gone");
    }

    [AgentFact]
    public async Task Another_user_is_told_honestly_that_it_is_denied()
    {
        var result = await Command.Run("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", fixture.Agent, "probe", "-o", "json", "--node", "node-a"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var report = Json(result.Output);
        Assert.Empty(NodeCapabilityValidator.Validate(report));
        var read = NodeReport.Read(report)!;
        Assert.False(read.ProvesSomething);
        Assert.Equal(MemlockState.Unknown, read.Memlock);
        foreach (var name in new[] { "ringbuf", "raw_tp", "tp_btf", "iter:task", "iter:tcp" })
        {
            Assert.Equal(new NodeFact(name, FactState.Denied, FactState.Denied, FactState.Denied), read.Facts.Single(fact => fact.Name == name));
            Assert.EndsWith("; the agent lacks NET_ADMIN, PERFMON, BPF", report.GetProperty("facts").GetProperty(name).GetProperty("minimal").GetProperty("method").GetString());
        }
    }

    [AgentFact]
    public async Task The_program_says_its_version_and_refuses_what_it_does_not_know()
    {
        Assert.Equal(0, (await Command.Run(fixture.Agent, ["--version"])).ExitCode);
        Assert.Equal(0, (await Command.Run(fixture.Agent, ["--help"])).ExitCode);
        var wrong = await Command.Run(fixture.Agent, ["probe", "--node", "Not_A_Node", "-o", "xml", "--trial-timeout", "0"]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("""coral-agent: --node is "Not_A_Node"; it must be the name of a node, such as node-a.example""", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("""coral-agent: --trial-timeout is "0"; it must be from 1 to 600 seconds""", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains("'xml'", wrong.Errors, StringComparison.Ordinal);
    }

    [AgentFact]
    public async Task K_104_the_four_lines_are_those_of_the_shell_commands()
    {
        var lines = (await AgentFixture.Here(fixture.Agent, "probe", "-o", "short")).Split('\n');

        Assert.Equal("Kernel: " + (await AgentFixture.Here("uname", "-r")).Trim(), lines[0]);
        Assert.Equal("BTF: " + (File.Exists("/sys/kernel/btf/vmlinux") ? "yes" : "no"), lines[1]);
        Assert.Equal("BPF FS: " + (File.ReadAllText("/proc/self/mounts").Contains(" /sys/fs/bpf bpf ", StringComparison.Ordinal) ? "yes" : "no"), lines[2]);
        var capabilities = (await AgentFixture.Here("grep", "-m3", "Cap", "/proc/self/status")).Trim().Replace('\t', ' ').Replace("\n", ", ", StringComparison.Ordinal);
        Assert.Equal("Capabilities: " + capabilities, lines[3]);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
