using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Cli.Tests.Docs;

/// <summary>docs/reference/precedence.md: every table is what the engine decides.</summary>
public sealed class PrecedenceTests
{
    private const string Page = "docs/reference/precedence.md";

    private const string Inject = "coral.io/inject";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly string?[] Spellings = [null, "true", "false", "True", "yes", "1", ""];

    private static readonly string?[] Modes = [null, "auto", "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged", "EBPF-Full", "full", ""];

    private static readonly DecisionEngine Engine = new();

    private static readonly NodeIndex Nodes = ProvingAll();

    [Fact]
    public void Opt_in_is_what_the_page_says()
    {
        (string Head, string? Label, string? Annotation)[] pods =
        [
            .. Spellings.Select(value => (value is null ? "absent" : $"label {Shown(value)}", value, (string?)null)),
            .. Spellings.Where(value => value is not null).Select(value => ($"annotation {Shown(value)}", (string?)null, value)),
            ("label `true`, annotation `false`", "true", "false"),
            ("label `false`, annotation `true`", "false", "true"),
        ];
        // Pods stand in the rows: they have more ways to say it.
        Generated.Check(Page, "opt-in", Table(
            "Pod \\ namespace", pods.Select(pod => pod.Head), Spellings.Select(value => value is null ? "absent" : Shown(value)), (row, column) =>
            {
                var (_, label, annotation) = pods[row];
                var decision = Decide(Scope(Labels(Spellings[column])), Pod(label, annotation), null);
                var answer = decision.Outcome == Outcome.Injected ? "in" : decision.Reason;
                return decision.Warnings.IsEmpty ? answer : answer + ", warned";
            }));
    }

    [Fact]
    public void Modes_are_what_the_page_says()
    {
        Generated.Check(Page, "mode", ModeTable(null));
        Generated.Check(Page, "mode-raise", ModeTable(new InjectionPolicy { Name = "p", RaiseModes = ["ebpf-full", "ebpf-privileged"] }));
        Generated.Check(Page, "mode-allowed", ModeTable(new InjectionPolicy { Name = "p", AllowedModes = ["auto", "restricted"] }));
    }

    [Fact]
    public void Mismatches_are_what_the_page_says()
    {
        string?[] rows = [null, "downgrade", "skip", "deny", "Deny", ""];
        OnMismatch?[] columns = [null, OnMismatch.Downgrade, OnMismatch.Skip, OnMismatch.Deny];
        Generated.Check(Page, "on-mismatch", Table("Namespace \\ policy", rows.Select(Shown), columns.Select(Said), (row, column) =>
        {
            var scope = Scope(Labels("true"), ("coral.io/mode", "ebpf-full"), ("coral.io/on-mismatch", rows[row]));
            var decision = Decide(scope, Pod(null, null), new InjectionPolicy { Name = "p", OnMismatch = columns[column] });
            var invalid = decision.Warnings.Any(warning => warning.Contains("coral.io/on-mismatch", StringComparison.Ordinal));
            return (decision.Outcome == Outcome.Injected ? decision.Variant : decision.Outcome.ToCode()) + (invalid ? ", value warned about" : "");
        }));
    }

    [Fact]
    public void Rollouts_are_what_the_page_says()
    {
        string?[] rows = [null, "observe", "annotate", "inject", "Inject", "on"];
        Rollout?[] columns = [null, Rollout.Observe, Rollout.Annotate, Rollout.Inject];
        Generated.Check(Page, "rollout", Table("Namespace \\ policy", rows.Select(Shown), columns.Select(Said), (row, column) =>
        {
            var decision = Decide(Scope(Labels("true"), ("coral.io/rollout", rows[row])), Pod(null, null), new InjectionPolicy { Name = "p", Rollout = columns[column] });
            var invalid = decision.Warnings.Any(warning => warning.Contains("coral.io/rollout", StringComparison.Ordinal));
            return (decision.Outcome == Outcome.Injected ? "inject" : decision.PatchOperations > 0 ? "annotate" : "observe") + (invalid ? ", value warned about" : "");
        }));
    }

    private static string ModeTable(InjectionPolicy? policy) => Table("Namespace \\ pod", Modes.Select(Shown), Modes.Select(Shown), (row, column) =>
    {
        var decision = Decide(Scope(Labels("true"), ("coral.io/mode", Modes[row])), Pod(null, null, Modes[column]), policy);
        return (decision.Variant ?? decision.Reason) + (decision.Warnings.IsEmpty ? "" : ", warned");
    });

    private static string Table(string corner, IEnumerable<string> rows, IEnumerable<string> columns, Func<int, int, string> cell)
    {
        var heads = columns.ToList();
        var text = new StringBuilder($"| {corner} | {string.Join(" | ", heads)} |\n|---|{string.Concat(heads.Select(_ => "---|"))}\n");
        foreach (var (row, head) in rows.Index()) text.Append($"| {head} | {string.Join(" | ", heads.Select((_, column) => cell(row, column)))} |\n");
        return text.ToString();
    }

    private static string Shown(string? value) => value switch
    {
        null => "absent",
        "" => "`\"\"`",
        _ => $"`{value}`",
    };

    private static string Said<T>(T? value)
        where T : struct, Enum => value is { } said ? $"`{said.ToString().ToLowerInvariant()}`" : "absent";

    private static Decision Decide(NamespaceFacts scope, JsonElement pod, InjectionPolicy? policy)
    {
        var facts = ClusterFacts.Empty with
        {
            Namespaces = ImmutableDictionary<string, NamespaceFacts>.Empty.Add(scope.Name, scope),
            Nodes = Nodes,
            Policies = policy is null ? [] : [policy],
            ServerVersion = KubernetesVersion.NewestKnown,
        };
        return Engine.Decide(new PodRequest { DecisionId = "0", Namespace = scope.Name, Pod = pod }, facts);
    }

    private static ImmutableDictionary<string, string> Labels(string? inject)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add("pod-security.kubernetes.io/enforce", "privileged");
        return inject is null ? labels : labels.Add(Inject, inject);
    }

    private static NamespaceFacts Scope(ImmutableDictionary<string, string> labels, params (string Key, string? Value)[] annotations) =>
        new("shop", labels, annotations.Where(pair => pair.Value is not null).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!));

    private static JsonElement Pod(string? label, string? annotation, string? mode = null)
    {
        JsonObject labels = [], annotations = [];
        if (label is not null) labels[Inject] = label;
        if (annotation is not null) annotations[Inject] = annotation;
        if (mode is not null) annotations["coral.io/mode"] = mode;
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "web", ["labels"] = labels, ["annotations"] = annotations },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "web", ["image"] = "web" }) },
        };
        return JsonDocument.Parse(pod.ToJsonString()).RootElement;
    }

    private static NodeIndex ProvingAll()
    {
        var facts = string.Join(',', new[] { "ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp" }.Select(name => $"\"{name}\":{{\"state\":\"ok\",\"minimal\":{{\"state\":\"ok\"}},\"full\":{{\"state\":\"ok\"}}}}"));
        var report = JsonDocument.Parse($"{{\"node\":\"a\",\"expiresAt\":\"2027-01-01T00:00:00Z\",\"system\":{{\"memlock\":\"not-needed\"}},\"facts\":{{{facts}}}}}").RootElement;
        return NodeIndex.Build([], [NodeReport.Read(report)!], Now, ReportOrigin.File);
    }
}
