namespace Coral.Cli.Tests.Facts;

/// <summary>Which facts decide: silent, a folder, a node's report, a policy, a level.</summary>
public sealed class FactsTests
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n";
    private static readonly string Reports = Path.Combine(Coral.Standalone, "nodecapabilities.yaml");

    [Fact]
    public async Task Silent_means_opted_in_privileged_and_no_report_and_is_said()
    {
        var run = await Coral.RunWith(Pod, "explain", "-f", "-");
        Assert.Contains("assumed: namespace default opted in and enforces privileged", run.Error);
        Assert.Contains("assumed: no node has reported", run.Error);
        Assert.Contains("level          privileged v1.37, assumed, because nothing says it", run.Out);
        Assert.Contains("injected restricted, native", run.Out);
    }

    [Theory]
    [InlineData("privileged", "injected ebpf-minimal, native (proved-minimal)")]
    [InlineData("baseline:v1.30", "injected restricted, native (level-baseline)")]
    [InlineData("restricted", "injected restricted, native (level-restricted)")]
    public async Task The_level_and_the_nodes_can_be_said(string level, string expected)
    {
        var run = await Coral.RunWith(Pod, "inject", "-f", "-", "--level", level, "--node-facts", Reports);
        Assert.Contains("Pod/web: " + expected, run.Error);
        Assert.DoesNotContain("enforces privileged", run.Error);
    }

    [Fact]
    public async Task A_level_that_is_said_stands_above_the_folders_labels()
    {
        var run = await Coral.RunWith(Pod, "inject", "-f", "-", "--standalone", Coral.Standalone, "-n", "shop", "--level", "restricted");
        Assert.Contains("Pod/web: injected restricted, native (level-restricted)", run.Error);
    }

    [Fact]
    public async Task Without_a_label_the_folders_namespace_counts_as_restricted()
    {
        using var folder = new Folder();
        folder.Write("ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {coral.io/inject: \"true\"}}\n");
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--standalone", folder.Path, "-o", "json");
        var level = run.Lines.Single().GetProperty("decision").GetProperty("level");
        Assert.Equal("""{"level":"restricted","version":"v1.37","origin":"assumed"}""", level.GetRawText());
    }

    [Fact]
    public async Task A_policy_is_applied_over_the_folders()
    {
        using var folder = new Folder();
        folder.Write("policy.yaml", "apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {name: default}\nspec: {rollout: observe}\n");
        var run = await Coral.RunWith(Pod, "inject", "-f", "-", "--standalone", Coral.Standalone, "-n", "shop", "--policy", folder.Path);
        Assert.Contains("Pod/web: skipped (rollout-observe)", run.Error);
    }

    [Fact]
    public async Task A_Namespace_among_the_objects_counts()
    {
        const string Namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {pod-security.kubernetes.io/enforce: baseline}}\n---\n";
        var run = await Coral.RunWith(Namespace + Pod, "inject", "-f", "-", "--node-facts", Reports);
        Assert.Contains("Pod/web: injected restricted, native (level-baseline)", run.Error);
        Assert.DoesNotContain("assumed", run.Error);
    }

    [Fact]
    public async Task Texts_of_manifests_cannot_steer_the_screen()
    {
        var run = await Coral.RunWith("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a\u001b[2J\nPod/b"},"spec":{"containers":[]}}""", "explain", "-f", "-");
        Assert.DoesNotContain('\u001b', run.Out);
        Assert.StartsWith("Pod/a [2J Pod/b in namespace default\n", run.Out);
    }
}
