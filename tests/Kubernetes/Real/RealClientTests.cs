using System.Net;
using System.Text;
using System.Text.Json;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Kubernetes.Tests.Real;

[Collection(RealCollection.Name)]
public sealed class RealClientTests(RealCluster kit)
{
    [KitFact]
    public async Task The_version_is_that_of_the_kit()
    {
        using var client = Client();
        var version = await client.GetVersionAsync();
        Assert.Equal((1, 36), (version.Major, version.Minor));
        Assert.StartsWith("v1.36.", version.GitVersion, StringComparison.Ordinal);
    }

    [KitFact]
    public async Task Objects_are_created_read_patched_applied_and_deleted()
    {
        using var client = Client();
        const string Name = "client-verbs";
        var body = Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{Name}}}"}}""");
        await client.CreateAsync(ApiResource.Namespaces, null, body, new WriteOptions { DryRun = true });
        await Missing(() => client.GetAsync(ApiResource.Namespaces, null, Name));

        await client.CreateAsync(ApiResource.Namespaces, null, body);
        var twice = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(ApiResource.Namespaces, null, body));
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists"), (twice.StatusCode, twice.Reason));

        await client.PatchAsync(ApiResource.Namespaces, null, Name, """{"metadata":{"labels":{"merge":"1"}}}"""u8.ToArray(), PatchType.Merge);
        await client.PatchAsync(ApiResource.Namespaces, null, Name, """{"metadata":{"labels":{"strategic":"1"}}}"""u8.ToArray(), PatchType.StrategicMerge);
        await client.PatchAsync(ApiResource.Namespaces, null, Name, """[{"op":"add","path":"/metadata/labels/json","value":"1"}]"""u8.ToArray(), PatchType.Json);
        var labels = (await client.GetAsync(ApiResource.Namespaces, null, Name)).GetProperty("metadata").GetProperty("labels");
        Assert.Equal(["json", "kubernetes.io/metadata.name", "merge", "strategic"], labels.EnumerateObject().Select(label => label.Name).Order());

        await ApplyAsync(client, Name, "1", "first", force: false);
        var conflict = await Assert.ThrowsAsync<KubernetesException>(() => ApplyAsync(client, Name, "2", "second", force: false));
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (conflict.StatusCode, conflict.Reason));
        await ApplyAsync(client, Name, "2", "second", force: true);

        await client.DeleteAsync(ApiResource.Namespaces, null, Name);
    }

    [KitFact]
    public async Task A_wrong_kind_and_a_refused_field_are_told_with_the_servers_words()
    {
        using var client = Client();
        await Missing(() => client.ListAsync(ApiResource.InjectionPolicies));
        var failure = await Assert.ThrowsAsync<KubernetesException>(
            () => client.CreateAsync(ApiResource.Namespaces, null, """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"No_Good"}}"""u8.ToArray()));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (failure.StatusCode, failure.Reason));
        Assert.Contains("metadata.name", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Namespace", failure.Status!.Value.GetProperty("details").GetProperty("kind").GetString());
    }

    [KitFact]
    public async Task A_list_comes_in_pages_and_a_watch_from_an_old_version_is_expired()
    {
        using var client = Client();
        var first = await client.ListAsync(ApiResource.Namespaces, new ListOptions { Limit = 2 });
        Assert.Equal(2, first.GetProperty("items").GetArrayLength());
        var second = await client.ListAsync(
            ApiResource.Namespaces, new ListOptions { Limit = 2, Continue = first.GetProperty("metadata").GetProperty("continue").GetString() });
        Assert.NotEqual(Name(first), Name(second));
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync(ApiResource.Namespaces, new ListOptions { Limit = 2, Continue = "nonsense" }));
        Assert.Equal(HttpStatusCode.BadRequest, failure.StatusCode);
    }

    private static string? Name(JsonElement list) => list.GetProperty("items")[0].GetProperty("metadata").GetProperty("name").GetString();

    private static Task ApplyAsync(KubernetesClient client, string name, string value, string manager, bool force) => client.ApplyAsync(
        ApiResource.Namespaces,
        null,
        name,
        Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}","labels":{"applied":"{{{value}}}"}} }"""),
        manager,
        force);

    private static async Task Missing(Func<Task> request) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<KubernetesException>(request)).StatusCode);

    private KubernetesClient Client() => new(KubernetesConfig.Load(kit.Cluster.Kubeconfig), TimeProvider.System, NullLoggerFactory.Instance);
}
