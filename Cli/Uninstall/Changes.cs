using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;

namespace Coral.Cli.Uninstall;

/// <summary>
/// Writes to the cluster and remembers what came of it. What is not there is no problem; what the server refuses is one, and the work goes on. A server that does not answer ends it, with the exceptions of
/// <see cref="IKubernetesClient"/>. One call at a time.
/// </summary>
internal sealed class Changes(IKubernetesClient client, bool dryRun)
{
    private const int PageSize = 500;

    private readonly WriteOptions write = new() { DryRun = dryRun, Retry = true, FieldManager = "coral-uninstall" };
    private readonly List<Outcome> outcomes = [];
    private readonly Dictionary<string, (string First, int More)> problems = new(StringComparer.Ordinal);

    /// <summary>What was done, in its order.</summary>
    internal IReadOnlyList<Outcome> Outcomes => outcomes;

    /// <summary>What could not be done: one line for all objects of a kind, because one missing right is behind them.</summary>
    internal IEnumerable<string> Problems => problems.Values.Select(problem => problem.More == 0 ? problem.First : $"{problem.First}; so for {problem.More} more");

    private Fate Done => dryRun ? Fate.WouldRemove : Fate.Removed;

    internal void Add(Outcome outcome) => outcomes.Add(outcome);

    internal void AddProblem(string about, string line) => problems[about] = problems.TryGetValue(about, out var before) ? before with { More = before.More + 1 } : (line, 0);

    /// <summary>Whether it was there.</summary>
    internal async Task<bool> DeleteAsync(ApiResource resource, string kind, string? ns, string name, CancellationToken cancellation, string why = "")
    {
        if (await TryAsync(resource, $"{kind} {name} stays", () => client.DeleteAsync(resource, ns, name, write, cancellation)) is null) return false;
        outcomes.Add(new Outcome(Done, kind, ns, name, [], why));
        return true;
    }

    /// <summary>Takes labels and annotations from an object that has them.</summary>
    internal async Task StripAsync(ApiResource resource, string kind, JsonElement item, Func<string, bool> isOurs, CancellationToken cancellation)
    {
        var (labels, annotations) = (KeysOf(item, "labels"u8, isOurs), KeysOf(item, "annotations"u8, isOurs));
        if (labels.IsEmpty && annotations.IsEmpty) return;
        var name = NamespacedName.Of(item).Name;
        var patch = Json.ToText(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata"u8);
            WriteNulls(json, "labels", labels);
            WriteNulls(json, "annotations", annotations);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        ImmutableArray<string> keys = [.. labels.Union(annotations).Order(StringComparer.Ordinal)];
        if (await TryAsync(resource, $"{kind} {name} keeps {string.Join(", ", keys)}", () => client.PatchAsync(resource, null, name, Encoding.UTF8.GetBytes(patch), PatchType.Merge, write, cancellation)) is not null)
            outcomes.Add(new Outcome(Done, kind, null, name, keys));
    }

    /// <summary>All objects of a kind; none where the kind is not installed or must not be read, which is a problem.</summary>
    internal async IAsyncEnumerable<JsonElement> ListAsync(ApiResource resource, ListOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (string? next = null; next != "";)
        {
            var at = options with { Limit = PageSize, Continue = next };
            if (await TryAsync(resource, $"{resource} are not looked at", () => client.ListAsync(resource, at, cancellation)) is not { } page) yield break;
            foreach (var item in page.Items("items"u8)) yield return item;
            next = page.Get("metadata"u8).Text("continue"u8) ?? "";
        }
    }

    /// <summary>Labels or annotations of an object.</summary>
    internal static ImmutableArray<string> KeysOf(JsonElement item, ReadOnlySpan<byte> field, Func<string, bool> isOurs) =>
        item.Get("metadata"u8).Get(field) is { ValueKind: JsonValueKind.Object } all ? [.. all.EnumerateObject().Select(pair => pair.Name).Where(isOurs).Order(StringComparer.Ordinal)] : [];

    private static void WriteNulls(Utf8JsonWriter json, string field, ImmutableArray<string> keys)
    {
        if (keys.IsEmpty) return;
        json.WriteStartObject(field);
        foreach (var key in keys) json.WriteNull(key);
        json.WriteEndObject();
    }

    private async Task<JsonElement?> TryAsync(ApiResource resource, string consequence, Func<Task<JsonElement>> call)
    {
        try
        {
            return await call();
        }
        catch (KubernetesException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (KubernetesException refused)
        {
            AddProblem(resource.ToString(), $"{consequence}: {refused.Message}");
            return null;
        }
    }
}
