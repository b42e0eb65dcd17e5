using System.Text.Json;
using System.Text.RegularExpressions;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Variants;

namespace Coral.Cli.Tests.Docs;

/// <summary>docs/operations/capabilities.md and troubleshooting.md: what they name is there.</summary>
public sealed partial class ManualPageTests
{
    private const string Capabilities = "docs/operations/capabilities.md";

    private const string Troubleshooting = "docs/operations/troubleshooting.md";

    private static readonly Lazy<string> Sources = new(() => string.Concat(
        new[] { "Audit", "Cli", "Kubernetes", "NodeAgent", "Policies", "Webhook", "images", "manifests" }
            .SelectMany(folder => Directory.EnumerateFiles(Pages.InRepository(folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".yaml" or ".json" or "" && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText)));

    /// <summary>Reasons, variants, overlays, names of ours: whatever stands in backquotes as words with hyphens.</summary>
    [Theory]
    [InlineData(Capabilities)]
    [InlineData(Troubleshooting)]
    public void Every_name_is_one_of_the_code(string page)
    {
        var names = Name().Matches(Pages.Text(page)).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains("ebpf-full", names);
        Assert.Equal([], names.Where(name => !Sources.Value.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_reasons_that_users_ask_about_are_there()
    {
        foreach (var reason in new[] { Reasons.NoReport, Reasons.StaleReport, Reasons.NothingProved, Reasons.PortTaken, Reasons.LimitRange, Reasons.ResourceQuota, Reasons.PodResources, Reasons.JobNeedsNative, Reasons.SidecarRequired })
            Assert.Contains($"`{reason}`", Pages.Text(Troubleshooting), StringComparison.Ordinal);
        Assert.Contains($"`{Reasons.ServerlessNode}`", Pages.Text(Capabilities), StringComparison.Ordinal);
        Assert.Contains($"`{Reasons.SandboxedRuntime}`", Pages.Text(Capabilities), StringComparison.Ordinal);
    }

    /// <summary>Rows of the ledger that ask for words and nothing else: these are theirs.</summary>
    [Theory]
    [InlineData(Capabilities, "K-46", "production observability, the whole cluster, profiling, security monitoring")]
    [InlineData(Capabilities, "K-59", "strict production; tenants; finance, health care, government")]
    [InlineData(Capabilities, "K-71, C-8", "The first documents name it as a home of `ebpf-minimal`: it is not")]
    [InlineData(Capabilities, "K-72, C-55", "can observe every process of its node")]
    [InlineData(Capabilities, "K-81, C-11", "3.10 with eBPF for tracing as a preview, without BTF: nothing is proved")]
    [InlineData(Capabilities, "K-82", "SYS_ADMIN is nearly root on the node, and it has to run as root")]
    [InlineData(Capabilities, "K-111", "## Secrets, and their change")]
    [InlineData(Capabilities, "K-121, N-1", "RFD 012 is a draft on Kubernetes, agent, networking and observability")]
    [InlineData(Capabilities, "N-23, N-25", "The node agent is one deployment for the whole cluster, with nothing to write for a pod")]
    [InlineData(Capabilities, "N-98", "Where profiling, capture or eBPF is disallowed, use `observe-only`")]
    [InlineData(Capabilities, "M-10", "To install: kubectl with an account that may write cluster-wide objects, and a registry")]
    [InlineData(Capabilities, "M-67", "is admitted at every Pod Security level")]
    [InlineData(Capabilities, "C-48", "The agent that ran is ours, built from this repository")]
    [InlineData(Capabilities, "C-5", "It is not for tenants who must not trust each other")]
    [InlineData(Troubleshooting, "K-117", "## Collectors fail: permission denied, verifier rejected")]
    [InlineData(Troubleshooting, "K-118", "failed to register with colony")]
    [InlineData(Troubleshooting, "K-119, K-120", "## The runtime's socket is not found")]
    [InlineData(Troubleshooting, "M-54, M-56, C-28", "Kernel headers are never needed")]
    [InlineData(Troubleshooting, "M-55", "## No events of the kernel")]
    public void A_row_that_is_words_stands_on_its_page(string page, string rows, string words) => Assert.True(Pages.Text(page).Contains(words, StringComparison.Ordinal), $"{page} has lost the words of {rows}");

    /// <summary>A message is given in backquotes, with … for what differs.</summary>
    [Fact]
    public void Every_message_is_one_that_a_program_says()
    {
        // What Kubernetes says around ours.
        string[] others = ["is forbidden: User \"system:serviceaccount:coral-system:coral-agent\" cannot get resource", "(403)", "Unauthorized (401)"];
        var section = Section(Pages.Text(Troubleshooting), "## The node agent");
        var messages = Pages.Rows(section[section.IndexOf("| Message |", StringComparison.Ordinal)..]).SelectMany(row => Quoted().Matches(row[0]).Select(match => match.Groups[1].Value)).Except(others).ToList();
        Assert.True(messages.Count >= 5, "the page has lost its messages");
        foreach (var message in messages)
            Assert.All(message.Split('…', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(part => part.Length > 1), part => Assert.Contains(part.TrimEnd(':'), Sources.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_overlay_gives_the_agent_is_what_its_manifest_gives()
    {
        var rows = Pages.Rows(Section(Pages.Text(Capabilities), "## The node agent's privileges")).ToDictionary(row => row[0].Trim('`'));
        Assert.Equal(["default", "non-privileged", "observe-only", "standard"], rows.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith("`privileged`, hostPID, hostNetwork", rows["default"][1], StringComparison.Ordinal);
        foreach (var overlay in new[] { "non-privileged", "standard", "observe-only" })
        {
            var spec = YamlDocuments.ReadFile(Pages.InRepository($"manifests/overlays/{overlay}/agent.yaml")).Single().Object.GetProperty("spec").GetProperty("template").GetProperty("spec");
            var capabilities = spec.GetProperty("containers")[0].GetProperty("securityContext").GetProperty("capabilities");
            var given = capabilities.TryGetProperty("add", out var add) ? add.EnumerateArray().Select(name => name.GetString()!).ToList() : [];
            if (Keeps(spec, "hostPID")) given.Add("hostPID");
            if (Keeps(spec, "hostNetwork")) given.Add("hostNetwork");
            Assert.StartsWith(given.Count == 0 ? "nothing" : string.Join(", ", given), rows[overlay][1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_facts_that_decide_are_named()
    {
        var needs = Section(Pages.Text(Capabilities), "## What each needs");
        Assert.All(NodeFact.RequiredNames, name => Assert.Contains($"`{name}`", needs, StringComparison.Ordinal));
        Assert.Contains("The six facts", needs, StringComparison.Ordinal);
        Assert.Equal(6, NodeFact.RequiredNames.Length);
    }

    [Fact]
    public void Each_capability_of_a_variant_is_explained()
    {
        var explained = Pages.Rows(Section(Pages.Text(Capabilities), "## What each needs")).SelectMany(row => row[0].Split(", ")).ToHashSet(StringComparer.Ordinal);
        var given = VariantCatalogue.Shipped.Variants
            .SelectMany(variant => variant.Container.GetProperty("securityContext").TryGetProperty("capabilities", out var all) && all.TryGetProperty("add", out var add) ? add.EnumerateArray().Select(name => name.GetString()!) : []);
        Assert.Equal([], given.Append("SYS_RESOURCE").Except(explained));
    }

    [Fact]
    public void Every_option_of_the_agent_exists()
    {
        var reference = Pages.Text("docs/reference/probe.md") + Pages.Text("docs/reference/sidecar.md");
        var commands = Pages.All.SelectMany(Pages.Blocks).Where(block => block.Language is "sh").SelectMany(block => AgentCommand().Matches(block.Text).Select(match => (Block: block, Verb: match.Groups[1].Value, Tail: match.Groups[2].Value))).ToList();
        Assert.Contains(commands, command => command.Block.Page == Capabilities);
        foreach (var (block, verb, tail) in commands)
        {
            Assert.Contains(verb, new[] { "probe", "node", "sidecar", "run", "vm" });
            Assert.All(Option().Matches(tail).Select(match => match.Value), option => Assert.True(reference.Contains($"`{option}", StringComparison.Ordinal), $"{block}: {option} of coral-agent {verb}"));
        }
    }

    private static bool Keeps(JsonElement spec, string member) => !spec.TryGetProperty(member, out var said) || said.GetBoolean();

    private static string Section(string page, string heading)
    {
        var start = page.IndexOf(heading, StringComparison.Ordinal);
        Assert.True(start >= 0, $"there is no {heading}");
        var end = page.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    [GeneratedRegex("""`([a-z]+(?:-[a-z]+)+)`""")]
    private static partial Regex Name();

    [GeneratedRegex("""`([^`]+)`""")]
    private static partial Regex Quoted();

    [GeneratedRegex("""(?:^| )coral-agent ([a-z]+)([^\n|]*)""", RegexOptions.Multiline)]
    private static partial Regex AgentCommand();

    [GeneratedRegex("""(?<= )(--[a-z-]+|-[a-z])(?=[ \n]|$)""")]
    private static partial Regex Option();
}
