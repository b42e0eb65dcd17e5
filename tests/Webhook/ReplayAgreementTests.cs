using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Search;
using Coral.Cli;
using Coral.Cli.Deciding;
using Coral.Cli.Explain;
using Coral.Cli.Inputs;
using Coral.Cli.Replay;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Recording;
using Coral.Testing;
using Coral.Testing.Pods;

namespace Coral.Webhook.Tests;

/// <summary>Webhook, CLI and replay give byte-equal decisions: three ways to the same engine, of which the third knows only what the first has recorded.</summary>
public sealed class ReplayAgreementTests : IAsyncLifetime
{
    private const int Pods = 320;

    private const string Policies = """
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: jobs}
        spec: {priority: 5, match: {pods: {matchLabels: {app: shop}}}, rollout: annotate, nativeSidecar: never}
        ---
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: team}
        spec:
          priority: 3
          match: {namespaces: {names: [shop, deny]}}
          modes: {raise: [ebpf-full, ebpf-privileged]}
          variants: {ebpf-minimal: {image: "registry.example/agent:1", imagePullSecrets: [{name: pull}]}}
        ---
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: pins}
        spec: {priority: 4, match: {namespaces: {names: [pinned]}}, strategy: pin}
        ---
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: exact}
        spec: {priority: 1, strategy: exact, excludedNamespaces: [payments]}
        """;

    private const string More = """
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: payments, labels: {coral.io/inject: "true", pod-security.kubernetes.io/enforce: privileged}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: pinned, labels: {coral.io/inject: "true", pod-security.kubernetes.io/enforce: privileged}}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: old}
        spec: {taints: [{key: old, effect: NoSchedule}]}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: pin-a, labels: {coral.io/ebpf: minimal}}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: pin-b, labels: {coral.io/ebpf: minimal}}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: limits, namespace: shop}
        spec: {limits: [{type: Container, max: {cpu: 600m, memory: 1Gi}}]}
        ---

        """;

    private static readonly string[] Namespaces = ["shop", "strict", "deny", "plain", "payments", "pinned"];

    private readonly RunningWebhook webhook = new(More + Policies + "\n---\n" + Sample("nodes.yaml") + "\n---\n" + Sample("nodecapabilities.yaml")
        + "\n---\n" + Sample("nodecapabilities.yaml").Replace("node-", "pin-", StringComparison.Ordinal));

    public Task InitializeAsync() => webhook.InitializeAsync();

    public Task DisposeAsync() => webhook.DisposeAsync();

    [Fact]
    public async Task Webhook_CLI_and_replay_give_byte_equal_decisions()
    {
        var (pods, answers) = (Generate(), new Dictionary<string, byte[]?>(StringComparer.Ordinal));
        foreach (var (id, pod) in pods) answers[id] = (await AskAsync(id, pod)).TryGetProperty("patch", out var patch) ? patch.GetBytesFromBase64() : null;
        var objects = Objects(pods);
        var explained = await ExplainAsync(pods);
        var by = ClusterFacts.Empty with { Policies = ClusterFacts.Order(BundleReader.Read(webhook.FactsFolder).Policies) };
        var engine = new DecisionEngine();

        var seen = 0;
        var pins = new HashSet<string>(StringComparer.Ordinal);
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var document in new LocalSearch(webhook.Spool).FindAsync(new AuditQuery { Limit = int.MaxValue }))
        {
            var place = pods.FindIndex(pod => pod.Id == document.DecisionId);
            var record = document.Document.Get("coral"u8).Get("request"u8);
            var decision = Decide(record, document.DecisionId!, by, engine);
            Assert.Equal(answers[document.DecisionId!] ?? [], decision.Patch.ToArray());
            Assert.Empty(Ending.Of(document.Document)!.Differences(Ending.Of(decision)));
            Assert.Equal(Explanation(decision), Explanation(document.Document.Get("coral"u8)));
            Assert.Subset(DecisionEngine.Rules.Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal), decision.Rules.ToHashSet(StringComparer.Ordinal));

            // The same once more under the id of the CLI, which stands in the patch.
            var line = JsonElement.Parse(explained[place]);
            var again = Decide(record, line.GetProperty("decision").GetProperty("id").GetString()!, by, engine);
            Assert.Equal(explained[place], ExplainJson.Line(new OfflineDecision(objects[place], line.GetProperty("namespace").GetString()!, null, again)));
            outcomes.Add($"{decision.Outcome} {decision.Variant} {decision.Policy}");
            pins.Add(decision.Pin?.Reason ?? "");
            seen++;
        }

        Assert.Equal(Pods, seen);
        Assert.True(outcomes.Count >= 12, string.Join(", ", outcomes));
        Assert.Superset(new HashSet<string>([PinReason.Pinned, PinReason.NotNeeded, PinReason.OtherDemands, ""], StringComparer.Ordinal), pins);
    }

    [Fact]
    public async Task The_verb_finds_no_difference_under_the_policies_of_then_and_all_that_others_make()
    {
        foreach (var (id, pod) in Generate()) await AskAsync(id, pod);
        var same = await RunAsync("");
        Assert.True(same.Code == 0, $"{same.Out}{same.Error}");
        Assert.Equal($"{Pods} decisions made again: 0 changed, {Pods} the same.\n", same.Out);

        var folder = Directory.CreateTempSubdirectory("coral-policies-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "policies.yaml"), Policies.Replace("rollout: annotate", "rollout: inject", StringComparison.Ordinal));
            var changed = await RunAsync(folder.FullName, "-o", "json");
            var lines = changed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
            var annotated = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var document in new LocalSearch(webhook.Spool).FindAsync(new AuditQuery { Reason = Reasons.RolloutAnnotate, Limit = int.MaxValue })) annotated.Add(document.DecisionId!);

            Assert.Equal(1, changed.Code);
            Assert.NotEmpty(annotated);
            Assert.Equal(annotated.Order(StringComparer.Ordinal), lines.SkipLast(1).Select(line => line.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
            Assert.All(lines.SkipLast(1), line => Assert.Equal("injected", line.GetProperty("after").GetProperty("outcome").GetString()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>How a decision came to be, as a document has it.</summary>
    private static string Explanation(JsonElement coral)
    {
        var (injection, pss) = (coral.Get("injection"u8), coral.Get("pss"u8));
        return string.Join(
            '\n',
            Joined(injection.Items("rules"u8)),
            Joined(injection.Items("degraded"u8)),
            Joined(injection.Items("nodes"u8)),
            injection.Text("floor"u8),
            $"{injection.Get("pin"u8).Text("reason"u8)} {Joined(injection.Get("pin"u8).Items("labels"u8))}",
            injection.Text("template_hash"u8),
            string.Join(',', injection.Items("candidates"u8).Select(each => $"{each.Text("variant"u8)} {each.Text("outcome"u8)} {each.Text("reason"u8)}")),
            pss.Get("before"u8).Has("allowed"u8) ? pss.Get("before"u8).IsTrue("allowed"u8) : null,
            pss.Get("after"u8).Has("allowed"u8) ? pss.Get("after"u8).IsTrue("allowed"u8) : null);
    }

    private static string Explanation(Decision decision) => string.Join(
        '\n',
        string.Join(',', decision.Rules),
        string.Join(',', decision.Degraded),
        string.Join(',', decision.Floor?.SetBy ?? []),
        decision.Floor?.Reason,
        $"{decision.Pin?.Reason} {string.Join(',', decision.Pin?.Labels ?? [])}",
        decision.Template,
        string.Join(',', decision.Candidates.Select(each => $"{each.Variant} {(each.Chosen ? "chosen" : "fell")} {each.Reason}")),
        decision.Before?.Allowed,
        decision.After?.Allowed);

    private static string Joined(IEnumerable<JsonElement> texts) => string.Join(',', texts.Select(text => text.AsText()));

    private static Decision Decide(JsonElement record, string id, ClusterFacts by, DecisionEngine engine)
    {
        Assert.True(ReplayScene.TryRead(record, id, by, out var scene, out var obstacle), obstacle?.Text);
        Assert.True(scene.TryDecide(engine, out var decision, out obstacle), obstacle?.Text);
        return decision;
    }

    private static List<(string Id, JsonObject Pod)> Generate() => [.. Enumerable.Range(0, Pods).Select(seed =>
    {
        var pod = PodGenerator.GenerateNode(seed, new PodGeneratorOptions { UnknownFields = true });
        pod["metadata"]!["namespace"] = Namespaces[seed % Namespaces.Length];
        if (Namespaces[seed % Namespaces.Length] == "pinned") pod["spec"]!["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" });
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        return ($"00000000-0000-4000-8000-{seed:D12}", pod);
    })];

    private async Task<JsonElement> AskAsync(string id, JsonObject pod) =>
        (await webhook.ReviewAsync(RunningWebhook.Review((string)pod["metadata"]!["namespace"]!, pod.ToJsonString(), id))).GetProperty("response");

    private async Task<string[]> ExplainAsync(List<(string Id, JsonObject Pod)> pods)
    {
        var (code, text, errors) = await CliAsync(pods, "explain", "-f", "-", "--standalone", webhook.FactsFolder, "-o", "json");
        Assert.True(code == 0, errors);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static List<InputObject> Objects(List<(string Id, JsonObject Pod)> pods)
    {
        var problems = new Problems();
        var objects = InputFiles.Read(["-"], Terminal(pods, TextWriter.Null, TextWriter.Null), problems);
        problems.ThrowIfAny();
        return objects;
    }

    private Task<(int Code, string Out, string Error)> RunAsync(string policies, params string[] more) =>
        CliAsync([], ["replay", "--from", webhook.Spool, "--policy", policies.Length > 0 ? policies : webhook.FactsFolder, .. more]);

    private static async Task<(int Code, string Out, string Error)> CliAsync(List<(string Id, JsonObject Pod)> pods, params string[] args)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        return (await CoralCommand.RunAsync(args, Terminal(pods, output, errors)), output.ToString(), errors.ToString());
    }

    private static Terminal Terminal(List<(string Id, JsonObject Pod)> pods, TextWriter output, TextWriter errors) =>
        new() { OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', pods.Select(pod => pod.Pod.ToJsonString())))), Out = output, Error = errors };

    private static string Sample(string name) => File.ReadAllText(Path.Combine(Repository.Root, "manifests", "samples", "standalone", name));
}
