using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Real;

/// <summary>What the chart renders: the same as the overlays, the same each time, and nothing from values that are wrong.</summary>
public sealed class HelmRenderTests(InstalledCluster installed) : IClassFixture<InstalledCluster>, IDisposable
{
    /// <summary>Something other than the default for every value.</summary>
    private const string EverythingElse = """
        image: {registry: "registry.example:5000/team", tag: v1.2.3, pullPolicy: Always, pullSecrets: [{name: registry}]}
        webhook:
          image: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
          replicaCount: 5
          resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1500m, memory: 1Gi}}
          logLevel: warn
          extraArgs: [--audit-sync=always]
          extraEnv: [{name: TZ, value: UTC}]
          podAnnotations: {example.com/a: "1"}
          priorityClassName: system-cluster-critical
          nodeSelector: {disk: ssd}
          tolerations: [{key: control, operator: Exists, effect: NoSchedule}]
          affinity: {nodeAffinity: {}}
          podDisruptionBudget: false
        persistence: {enabled: true, size: 10Gi, storageClassName: fast}
        agent:
          profile: standard
          image: {repository: agents/coral-agent, tag: v2}
          resources: {limits: {memory: 1Gi}}
          extraEnv: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
          podAnnotations: {example.com/b: "2"}
          priorityClassName: ""
          nodeSelector: {pool: main}
          tolerations: []
          readPods: false
          collectors: exec,connect
        sidecar: {image: registry.example/side:v3, pullPolicy: IfNotPresent, pullSecrets: [{name: other}]}
        settings: {CORAL_CLUSTER: prod-1, CORAL_SEARCH: "https://search:9200"}
        searchSecret: keys
        policies: [{name: first, spec: {priority: 2000000, variants: {ebpf-full: {image: "mine:v1", resources: {limits: {memory: 1Gi}}}}}}, {name: second, spec: {rollout: observe}}]
        crds: {keep: false}
        priorityClasses: {create: false}
        networkPolicies: {enabled: false}
        probePodSecurity: {install: false, enabled: true}
        uninstall: {keepAudit: true}
        """;

    private readonly HelmProgram helm = new(installed.Cluster.Kubeconfig);
    private readonly string folder = Directory.CreateTempSubdirectory("coral-values-").FullName;

    public void Dispose()
    {
        helm.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [KitFact]
    public async Task Each_profile_renders_what_the_overlay_of_its_name_renders()
    {
        var overlays = Directory.GetDirectories(InstalledCluster.Overlays).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(overlays, Directory.GetFiles(Path.Join(HelmProgram.Chart, "profiles")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        foreach (var overlay in overlays)
        {
            var expected = await ObjectsAsync(await installed.Cluster.Kubectl("kustomize", Path.Join(InstalledCluster.Overlays, overlay!)));
            // Helm makes the release's namespace itself, if it is told to, and definitions are no templates.
            Assert.True(expected.Remove("Namespace /coral-system"));
            foreach (var definition in expected.Keys.Where(key => key.StartsWith("CustomResourceDefinition ", StringComparison.Ordinal)).ToList()) expected.Remove(definition);
            var rendered = await ObjectsAsync(await helm.Run("template", "coral", HelmProgram.Chart, "-n", "coral-system", "--no-hooks", "-f", HelmProgram.Profile(overlay!)));
            Assert.Equal(expected.Keys, rendered.Keys);
            foreach (var (key, value) in expected) Assert.True(JsonNode.DeepEquals(value, rendered[key]), $"{overlay}: {key}:\n{value.ToJsonString()}\n{rendered[key].ToJsonString()}");
        }
    }

    [KitFact]
    public void The_definitions_of_the_chart_are_those_of_the_manifests()
    {
        var files = Directory.GetFiles(Path.Join(Stage.Root, "manifests", "crds"), "*.coral.io.yaml");
        Assert.Equal(files.Select(Path.GetFileName).Order(StringComparer.Ordinal), Directory.GetFiles(Path.Join(HelmProgram.Chart, "crds")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            var copy = Path.Join(HelmProgram.Chart, "crds", Path.GetFileName(file));
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.Copy(file, copy, overwrite: true);
            Assert.Equal(File.ReadAllText(file), File.ReadAllText(copy));
        }
    }

    [KitFact]
    public async Task What_is_rendered_is_accepted_whatever_the_values_and_is_the_same_each_time()
    {
        var values = await ValuesAsync(EverythingElse);
        foreach (var file in Directory.GetFiles(Path.Join(HelmProgram.Chart, "profiles")).Append(values))
        {
            var linted = await helm.TryRun("lint", "--strict", HelmProgram.Chart, "-f", file);
            Assert.True(linted.ExitCode == 0, $"{file}: {linted}");
            string[] template = ["template", "coral", HelmProgram.Chart, "-n", "coral-system", "-f", file];
            var rendered = await helm.Run(template);
            Assert.Equal(rendered, await helm.Run(template));
            // Warnings too: a field that nobody knows is one, and a pod template that Pod Security would refuse.
            var said = await installed.Cluster.TryKubectl(["apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-"], rendered);
            Assert.True(said.ExitCode == 0, $"{file}: {said}");
            Assert.DoesNotContain("Warning", said.Errors, StringComparison.Ordinal);
        }
    }

    [KitFact]
    public async Task Values_stand_where_they_belong()
    {
        var rendered = await ObjectsAsync(await helm.Run("template", "coral", HelmProgram.Chart, "-n", "coral-system", "-f", await ValuesAsync(EverythingElse)));
        var webhook = rendered["StatefulSet coral-system/coral-webhook"]["spec"]!;
        var container = webhook["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("registry.example:5000/team/coral-webhook@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", (string?)container["image"]);
        Assert.Equal(["--probe-pod-security", "--log-level=warn", "--audit-sync=always"], container["args"]!.AsArray().Select(argument => (string?)argument).TakeLast(3));
        Assert.Equal("fast", (string?)webhook["volumeClaimTemplates"]![0]!["spec"]!["storageClassName"]);
        Assert.Equal("registry.example:5000/team/agents/coral-agent:v2", (string?)rendered["DaemonSet coral-system/coral-agent"]["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal(["--namespace=coral-system", "--keep-audit"], rendered["Job coral-system/coral-uninstall"]["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(argument => (string?)argument).Skip(1));
        Assert.Equal("prod-1", (string?)rendered["ConfigMap coral-system/coral-settings"]["data"]!["CORAL_CLUSTER"]);
        // Of a policy's own words none is lost, and what it is silent about is as it is said for all.
        var variants = rendered["InjectionPolicy /first"]["spec"]!["variants"]!;
        Assert.Equal("""{"image":"mine:v1","imagePullPolicy":"IfNotPresent","imagePullSecrets":[{"name":"other"}],"resources":{"limits":{"memory":"1Gi"}}}""", variants["ebpf-full"]!.ToJsonString());
        Assert.Equal("registry.example/side:v3", (string?)variants["restricted"]!["image"]);
        Assert.Equal(-1000000000, (int?)rendered["InjectionPolicy /coral-sidecar-image"]["spec"]!["priority"]);
        Assert.Equal("2000000", rendered["InjectionPolicy /first"]["spec"]!["priority"]!.ToJsonString());
        foreach (var kind in new[] { "NetworkPolicy", "PriorityClass", "PodDisruptionBudget", "Namespace" }) Assert.DoesNotContain(rendered.Keys, key => key.StartsWith(kind + " ", StringComparison.Ordinal));
    }

    [KitFact]
    public async Task Parts_that_are_switched_off_leave_nothing_of_them()
    {
        var rendered = await ObjectsAsync(await helm.Run("template", "coral", HelmProgram.Chart, "--set", "agent.enabled=false,uninstall.enabled=false"));
        Assert.Contains("Deployment default/coral-webhook", rendered.Keys);
        Assert.DoesNotContain(rendered.Keys, key => key.Contains("agent", StringComparison.Ordinal) || key.Contains("uninstall", StringComparison.Ordinal));
    }

    [KitFact]
    public async Task Another_settings_text_restarts_the_pods()
    {
        var texts = new List<string?>();
        foreach (var cluster in new[] { "a", "a", "b" })
        {
            var rendered = await ObjectsAsync(await helm.Run("template", "coral", HelmProgram.Chart, "--set", $"settings.CORAL_CLUSTER={cluster}"));
            texts.AddRange(rendered.Where(item => item.Key.EndsWith("/coral-agent", StringComparison.Ordinal) && item.Key.StartsWith("DaemonSet", StringComparison.Ordinal)).Select(item => item.Value["spec"]!["template"]!.ToJsonString()));
        }

        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
    }

    [KitFact]
    public async Task Everything_that_names_a_namespace_names_that_of_the_release()
    {
        var rendered = await helm.Run("template", "coral", HelmProgram.Chart, "-n", "elsewhere", "-f", HelmProgram.Profile("ha"));
        Assert.DoesNotContain("coral-system", rendered, StringComparison.Ordinal);
        Assert.Contains("--service=elsewhere/coral-webhook:443", rendered, StringComparison.Ordinal);
        Assert.Contains("'system:serviceaccount:elsewhere:coral-agent'", rendered, StringComparison.Ordinal);
    }

    [KitFact]
    public async Task Mistakes_in_values_are_told_with_their_paths_all_at_once()
    {
        var said = await helm.TryRun(
            "template", "coral", HelmProgram.Chart, "--set", "agent.profile=all,webhook.replicaCount=0,webhook.replica=3,image.registry=https://registry.example,settings.CORAL_CLUSTER=true,persistence.size=2", "--set-json", """policies=[{"name":"Bad_Name"}]""");
        Assert.Equal((1, ""), (said.ExitCode, said.Output));
        foreach (var path in new[] { "'/agent/profile'", "'/webhook/replicaCount'", "'replica' not allowed", "'/image/registry'", "'/settings/CORAL_CLUSTER'", "'/persistence/size'", "'/policies/0/name'", "missing property 'spec'" })
            Assert.Contains(path, said.Errors, StringComparison.Ordinal);
    }

    private async Task<string> ValuesAsync(string text)
    {
        var file = Path.Join(folder, "values.yaml");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    /// <summary>Objects by kind and name, without what Helm alone says of them.</summary>
    private async Task<SortedDictionary<string, JsonNode>> ObjectsAsync(string manifests)
    {
        // One JSON value after another.
        var said = await installed.Cluster.KubectlWith(manifests, "create", "--dry-run=client", "--validate=ignore", "-o", "json", "-f", "-");
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(said));
        var objects = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable<JsonNode>(stream, topLevelValues: true))
        {
            var metadata = item!["metadata"]!.AsObject();
            foreach (var label in new[] { "helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/instance" }) metadata["labels"]?.AsObject().Remove(label);
            if ((string?)item["kind"] == "InjectionPolicy") metadata.Remove("labels");
            objects.Add($"{item["kind"]} {metadata["namespace"]}/{metadata["name"]}", item);
        }

        return objects;
    }
}
