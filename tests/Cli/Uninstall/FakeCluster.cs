using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.Uninstall;

/// <summary>Objects by their paths, which are listed, patched by merge and deleted as an API server does it. It holds what is left.</summary>
internal sealed class FakeCluster
{
    private const string Webhooks = "/apis/admissionregistration.k8s.io/v1";

    public SortedDictionary<string, JsonNode> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Which requests, as METHOD and path, are forbidden.</summary>
    public Func<string, bool> Forbids { get; init; } = _ => false;

    public List<string> Writes { get; } = [];

    /// <summary>Called at each request, before it is answered.</summary>
    public Action<string> Seen { get; set; } = _ => { };

    /// <summary>One of everything that our processes make, and what they must leave alone.</summary>
    public static FakeCluster Full(Func<string, bool>? forbids = null)
    {
        var cluster = new FakeCluster { Forbids = forbids ?? (_ => false) };
        cluster.Add($"{Webhooks}/mutatingwebhookconfigurations/coral-policy");
        cluster.Add($"{Webhooks}/mutatingwebhookconfigurations/other");
        cluster.Add($"{Webhooks}/validatingwebhookconfigurations/coral-policy");
        cluster.Add("/api/v1/nodes/n1", """{"labels":{"coral.io/ebpf":"minimal","coral.io/old":"x","kubernetes.io/os":"linux"},"annotations":{"coral.io/seen":"1","coral.iomega/a":"b"}}""");
        cluster.Add("/api/v1/nodes/n2", """{"labels":{"kubernetes.io/os":"linux"}}""");
        cluster.Add("/apis/coral.io/v1alpha1/nodecapabilities/n1");
        cluster.Add("/apis/coral.io/v1alpha1/injectionpolicies/platform");
        cluster.Add("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/injectionpolicies.coral.io");
        cluster.Add("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/nodecapabilities.coral.io");
        cluster.Add("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.example.com");
        cluster.Add("/api/v1/namespaces/coral-system/secrets/coral-webhook-tls");
        cluster.Add("/api/v1/namespaces/coral-system/secrets/coral-audit-key");
        cluster.Add("/api/v1/namespaces/coral-system/secrets/coral-search");
        cluster.Add("/apis/coordination.k8s.io/v1/namespaces/coral-system/leases/coral-audit-00000000000000a1");
        cluster.Add("/apis/coordination.k8s.io/v1/namespaces/coral-system/leases/somebody-else");
        cluster.Add("/api/v1/namespaces/shop", """{"labels":{"coral.io/inject":"true","coral.io/required":"true","team":"shop"},"annotations":{"coral.io/mode":"auto"}}""");
        cluster.Add("/api/v1/namespaces/plain", """{"labels":{"team":"plain"}}""");
        foreach (var pod in new[] { "web-0", "web-1" }) cluster.Add($"/api/v1/namespaces/shop/pods/{pod}", """{"annotations":{"coral.io/injected":"true"}}""");
        cluster.Add("/api/v1/namespaces/plain/pods/web");
        return cluster;
    }

    public void Add(string path, string metadata = "{}")
    {
        var parts = path.Split('/');
        var meta = JsonNode.Parse(metadata)!.AsObject();
        meta["name"] = parts[^1];
        if (parts.Length > 4 && parts[^4] == "namespaces") meta["namespace"] = parts[^3];
        Objects[path] = new JsonObject { ["metadata"] = meta };
    }

    public async Task Answer(HttpContext context)
    {
        var (path, line) = (context.Request.Path.Value!, $"{context.Request.Method} {context.Request.Path}");
        lock (Objects) Seen(line);
        if (Forbids(line)) await Say(403, Status("Forbidden", $"{line} is forbidden"));
        else if (context.Request.Method == "GET" && Listed(path, context.Request.Query["labelSelector"].ToString()) is { } items) await Say(200, new JsonObject { ["metadata"] = new JsonObject(), ["items"] = items });
        else if (!Objects.TryGetValue(path, out var found)) await Say(404, Status("NotFound", $"{path} not found"));
        else if (context.Request.Method == "GET") await Say(200, found.DeepClone());
        else
        {
            var real = !context.Request.Query.ContainsKey("dryRun");
            Writes.Add(real ? line : line + " (dry run)");
            if (context.Request.Method == "PATCH") Merge(found.DeepClone() is var copy && real ? found : copy, (await JsonNode.ParseAsync(context.Request.Body))!);
            else if (real) Objects.Remove(path);
            await Say(200, Status("", ""));
        }

        async Task Say(int status, JsonNode body)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body.ToJsonString());
        }
    }

    private JsonArray? Listed(string path, string selector)
    {
        if (Objects.ContainsKey(path)) return null;
        var kind = path.Split('/')[^1];
        // Across all namespaces, too.
        var found = Objects.Where(item => item.Key.Split('/')[^2] == kind && (item.Key.StartsWith(path + "/", StringComparison.Ordinal) || path == "/api/v1/pods"));
        if (selector.Length > 0) found = found.Where(item => item.Value["metadata"]!["labels"]?["app.kubernetes.io/name"] is not null);
        var isKind = kind is "nodes" or "namespaces" or "pods" or "leases" or "nodecapabilities" or "injectionpolicies";
        return isKind ? new JsonArray([.. found.Select(item => item.Value.DeepClone())]) : null;
    }

    private static void Merge(JsonNode target, JsonNode patch)
    {
        foreach (var (name, value) in patch.AsObject())
        {
            if (value is null) target.AsObject().Remove(name);
            else if (value is JsonObject && target[name] is { } inner) Merge(inner, value);
            else target[name] = value.DeepClone();
        }
    }

    private static JsonObject Status(string reason, string message) => new() { ["kind"] = "Status", ["reason"] = reason, ["message"] = message };
}
