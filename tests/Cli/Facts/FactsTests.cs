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

    [Theory]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12-integrity")]
    [InlineData("debian-7.2-confidentiality")]
    public async Task A_recorded_report_of_a_real_kernel_can_be_named(string name)
    {
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--level", "privileged", "--node-facts", name);
        Assert.Contains("injected ebpf-minimal, native", run.Out);
        Assert.Contains(name, run.Out);
    }

    [Fact]
    public async Task A_file_goes_before_a_recorded_report_of_its_name()
    {
        using var folder = new Folder();
        var file = folder.Write("debian-6.1", "apiVersion: coral.io/v1alpha1\nkind: NodeCapability\nmetadata: {name: old}\nnode: old\n");
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--level", "privileged", "--node-facts", file);
        Assert.Contains("injected restricted", run.Out);
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
    public async Task What_the_API_server_is_configured_with_can_be_said()
    {
        using var folder = new Folder();
        var config = folder.Write("pss.yaml", """
            apiVersion: pod-security.admission.config.k8s.io/v1
            kind: PodSecurityConfiguration
            defaults: {enforce: baseline}
            exemptions: {usernames: ["system:serviceaccount:kube-system:replicaset-controller"]}
            """);
        const string Deployment = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: web, image: web}]}}}\n";
        var run = await Coral.RunWith(Pod + Deployment, "explain", "-f", "-", "--pod-security-config", config);
        Assert.Contains("level          baseline v1.37, by the API server's configuration", run.Out);
        Assert.Contains("level          privileged v1.37, because the user is exempt from Pod Security", run.Out);
    }

    [Theory]
    [InlineData("defaults: {enforce: strict}", "unknown Pod Security level \"strict\"")]
    [InlineData("", "holds no PodSecurityConfiguration")]
    public async Task A_configuration_that_cannot_be_read_is_bad_input(string text, string mistake)
    {
        using var folder = new Folder();
        var config = folder.Write("pss.yaml", text.Length == 0 ? "" : "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n" + text + "\n");
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--pod-security-config", config);
        Assert.Equal(2, run.Code);
        Assert.Contains(mistake, run.Error);
    }

    [Theory]
    [InlineData("restricted", "injected restricted", "mode-requested")]
    [InlineData("ebpf-full", "injected ebpf-minimal", "mode-not-granted")]
    [InlineData("auto", "injected ebpf-minimal", "proved-minimal")]
    public async Task A_mode_can_be_tried(string mode, string outcome, string reason)
    {
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--level", "privileged", "--node-facts", Reports, "--mode", mode);
        Assert.Contains(outcome, run.Out);
        Assert.Contains(reason, run.Out);
    }

    [Fact]
    public async Task A_version_that_nobody_knows_yet_is_said_to_be_clamped()
    {
        Assert.Contains("baseline v1.37 (v1.99 is newer than the API server), by label", (await Coral.RunWith(Pod, "explain", "-f", "-", "--level", "baseline:v1.99")).Out);
    }

    [Fact]
    public async Task A_mode_that_is_none_is_bad_input()
    {
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--mode", "full", "--level", "strict");
        Assert.Equal(2, run.Code);
        Assert.Contains("--mode is \"full\"; it must be auto, restricted, ebpf-minimal, ebpf-full, ebpf-privileged", run.Error);
        Assert.Contains("--level is \"strict\"", run.Error);
    }

    [Fact]
    public async Task Another_user_can_be_tried()
    {
        using var folder = new Folder();
        var config = folder.Write("pss.yaml", "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\ndefaults: {enforce: restricted}\nexemptions: {usernames: [builder]}\n");
        Assert.Contains("because the user is exempt", (await Coral.RunWith(Pod, "explain", "-f", "-", "--pod-security-config", config, "--user", "builder")).Out);
        Assert.DoesNotContain("exempt", (await Coral.RunWith(Pod, "explain", "-f", "-", "--pod-security-config", config, "--user", "jane")).Out);
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
