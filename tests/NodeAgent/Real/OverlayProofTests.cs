using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>What the capabilities that an overlay gives the agent let it prove, on a kernel that can do everything (docs/operations/capabilities.md).</summary>
[Collection(AgentTests.Name)]
public sealed class OverlayProofTests(AgentFixture fixture)
{
    [AgentTheory]
    [InlineData("non-privileged", "", false, true)]
    [InlineData("non-privileged", "bpf perfmon", true, true)]
    [InlineData("standard", "", false, false)]
    [InlineData("observe-only", "", false, false)]
    public async Task Pods_get_what_the_agent_of_the_overlay_can_try(string overlay, string more, bool minimal, bool full)
    {
        var given = Capabilities(overlay).Concat(more.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        // Not every machine has this one to give, and no fact needs it.
        var set = string.Concat(given.Where(name => name != "sys_resource").Select(name => $",+{name}"));
        var result = await Command.Run("setpriv", [$"--bounding-set=-all{set}", "--inh-caps=-all", fixture.Agent, "probe", "-o", "json", "--node", "node-a"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        var report = JsonDocument.Parse(result.Output).RootElement;
        var read = NodeReport.Read(report)!;
        Assert.Equal((minimal, full), (read.ProvesMinimal, read.ProvesFull));
        if (!minimal) Assert.EndsWith("; the agent lacks " + (given.Contains("net_admin") ? "" : "NET_ADMIN, ") + "PERFMON, BPF", report.GetProperty("facts").GetProperty("ringbuf").GetProperty("minimal").GetProperty("method").GetString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Capabilities(string overlay)
    {
        var patch = YamlDocuments.ReadFile(Path.Join(Repository.Root, "manifests", "overlays", overlay, "agent.yaml")).Single().Object;
        var capabilities = patch.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("securityContext").GetProperty("capabilities");
        return capabilities.TryGetProperty("add", out var add) ? add.EnumerateArray().Select(name => name.GetString()!.ToLowerInvariant()) : [];
    }
}
