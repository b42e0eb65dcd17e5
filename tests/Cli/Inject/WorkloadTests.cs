using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Bundles;

namespace Coral.Cli.Tests.Inject;

public sealed class WorkloadTests
{
    public static TheoryData<string, bool, string> All
    {
        get
        {
            var all = new TheoryData<string, bool, string>();
            foreach (var kind in Workloads.Kinds)
            {
                foreach (var bare in new[] { false, true })
                {
                    foreach (var format in new[] { "yaml", "json" }) all.Add(kind, bare, format);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_not_ours_stays_as_it_was_in_its_place(string kind, bool bare, string format)
    {
        var original = Workloads.Make(kind, bare);
        var run = await Coral.RunWith(original.ToJsonString(), "inject", "-f", "-", "-o", format);
        Assert.Equal(0, run.Code);
        Assert.EndsWith($"{Name(original)}: injected restricted, native (no-nodes)\n", run.Error);

        var element = format == "json" ? JsonElement.Parse(run.Out) : YamlDocuments.Read(run.Out, "out").Single().Object;
        var result = JsonNode.Parse(element.GetRawText())!.AsObject();
        Workloads.TakeOut(Workloads.Template(result), Workloads.Template(original));
        Assert.Equal(original.ToJsonString(), result.ToJsonString());
    }

    [Fact]
    public async Task A_pinned_template_gets_the_affinity_once_and_explain_says_to_which_nodes()
    {
        using var folder = new Folder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Coral.Samples, "cases", "pin")).Append(Path.Combine(Coral.Samples, "cases", "cluster", "namespaces.yaml")))
            folder.Write(Path.GetFileName(file), await File.ReadAllTextAsync(file));
        folder.Write("old.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: old}\n");
        const string Workload = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"affinity":null,"containers":[{"name":"web","image":"web"}]}}}}""";
        string[] scene = ["-f", "-", "--standalone", folder.Path, "--namespace", "privileged", "-o", "json"];

        var injected = await Coral.RunWith(Workload, ["inject", .. scene]);
        var spec = JsonNode.Parse(injected.Out)!["spec"]!["template"]!["spec"]!;
        Assert.Equal("""[{"matchExpressions":[{"key":"coral.io/ebpf","operator":"In","values":["minimal"]}]}]""", spec["affinity"]!["nodeAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!["nodeSelectorTerms"]!.ToJsonString());
        var again = await Coral.RunWith(injected.Out, ["inject", .. scene]);
        Assert.Equal(injected.Out, again.Out);
        Assert.Contains("already-injected", again.Error, StringComparison.Ordinal);

        var daemons = await Coral.RunWith(Workload.Replace("Deployment", "DaemonSet", StringComparison.Ordinal), ["inject", .. scene]);
        Assert.Equal("null", JsonNode.Parse(daemons.Out)!["spec"]!["template"]!["spec"]!["affinity"]?.ToJsonString() ?? "null");

        var decision = JsonNode.Parse((await Coral.RunWith(Workload, ["explain", .. scene])).Out)!["decision"]!;
        Assert.Equal("""{"reason":"pinned","labels":["minimal"]}""", decision["pin"]!.ToJsonString());
        Assert.Contains("pinned: kept on nodes labelled coral.io/ebpf=minimal", (await Coral.RunWith(Workload, ["explain", .. scene[..^2]])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_documents_and_JSON_lines_are_taken_apart_and_other_kinds_pass_through()
    {
        using var folder = new Folder();
        var list = folder.Write("list.yaml", """
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "1"}}
              - {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: c, image: i}]}}
            ---
            apiVersion: v1
            kind: PodList
            items:
              - {metadata: {name: c}, spec: {containers: [{name: c, image: i}]}}
            """);
        var lines = folder.Write("lines.json", """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"d"},"spec":{"containers":[{"name":"c","image":"i"}]}}
            {"apiVersion":"batch.volcano.sh/v1alpha1","kind":"Job","metadata":{"name":"e"},"spec":{"tasks":[]}}
            """);
        var run = await Coral.Run("inject", "-f", list, "-f", lines);
        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["ConfigMap/a: unchanged, it runs no pods", "Pod/b: injected restricted, native (no-nodes)", "Pod/c: injected restricted, native (no-nodes)", "Pod/d: injected restricted, native (no-nodes)", "Job/e: unchanged, it runs no pods"],
            run.Complaints.Where(line => !line.StartsWith("coral: assumed", StringComparison.Ordinal)));
        Assert.Equal(["a", "b", "c", "d", "e"], YamlDocuments.Read(run.Out, "out").Select(document => document.Name));

        var json = await Coral.Run("inject", "-f", list, "-f", lines, "-o", "json");
        var root = JsonElement.Parse(json.Out);
        Assert.Equal("List", root.GetProperty("kind").GetString());
        Assert.Equal(5, root.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_pod_that_would_be_refused_is_printed_unchanged_and_exits_with_1()
    {
        const string Refused = """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: strict
              labels:
                pod-security.kubernetes.io/enforce: baseline
              annotations:
                coral.io/on-mismatch: deny
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              namespace: strict
              annotations:
                coral.io/mode: ebpf-full
            spec:
              containers:
              - name: web
                image: web:1

            """;
        var run = await Coral.RunWith(Refused, "inject", "-f", "-");
        Assert.Equal(1, run.Code);
        Assert.Contains("Pod/web: denied (mode-not-proved): ", run.Error);
        Assert.Equal(Refused, run.Out);
    }

    [Fact]
    public async Task The_owner_decides_whether_the_pod_must_complete()
    {
        const string Old = "--server-version=v1.27";
        var job = await Coral.RunWith(Workloads.Make("Job").ToJsonString(), "inject", "-f", "-", Old);
        Assert.Contains("Job/shop: skipped (job-needs-native-sidecar)", job.Error);
        var deployment = await Coral.RunWith(Workloads.Make("Deployment").ToJsonString(), "inject", "-f", "-", Old);
        Assert.Contains("Deployment/shop: injected restricted, regular (no-nodes)", deployment.Error);
    }

    [Fact]
    public async Task What_was_injected_is_left_alone_the_next_time()
    {
        var once = await Coral.RunWith(Workloads.Make("StatefulSet").ToJsonString(), "inject", "-f", "-");
        var twice = await Coral.RunWith(once.Out, "inject", "-f", "-");
        Assert.Contains("StatefulSet/shop: skipped (already-injected)", twice.Error);
        Assert.Equal(once.Out, twice.Out);
    }

    private static string Name(JsonObject workload) => $"{workload["kind"]}/{workload["metadata"]?["name"]?.GetValue<string>() ?? "(unnamed)"}";
}
