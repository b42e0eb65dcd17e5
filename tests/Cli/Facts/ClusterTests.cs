using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.Facts;

/// <summary>Facts of a cluster, listed once from a server that answers as an API server does.</summary>
public sealed class ClusterTests
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n";

    private const string Namespaces = """
        {"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[
          {"metadata":{"name":"default","labels":{"coral.io/inject":"true","pod-security.kubernetes.io/enforce":"privileged"}}}]}
        """;

    private const string Nodes = """{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"n1"},"status":{"nodeInfo":{"kubeletVersion":"v1.28.1","operatingSystem":"linux"}}}]}""";
    private const string Empty = """{"kind":"List","apiVersion":"v1","metadata":{},"items":[]}""";

    [Fact]
    public async Task A_cluster_without_our_CRDs_has_no_policies_and_no_reports()
    {
        var run = await Explain(path => path switch
        {
            "/version" => """{"major":"1","minor":"34","gitVersion":"v1.34.1"}""",
            "/api/v1/namespaces" => Namespaces,
            "/api/v1/nodes" => Nodes,
            _ when path.StartsWith("/apis/coral.io/", StringComparison.Ordinal) => null,
            _ => Empty,
        });
        Assert.Equal(("", 0), (run.Error, run.Code));
        var decision = run.Lines.Single().GetProperty("decision");
        Assert.Equal("""{"level":"privileged","version":"v1.34","origin":"label"}""", decision.GetProperty("level").GetRawText());
        Assert.Equal("no-report", decision.GetProperty("floor").GetProperty("reason").GetString());
        Assert.Equal("regular", decision.GetProperty("form").GetString());
    }

    [Fact]
    public async Task A_policy_that_cannot_be_read_is_left_out_and_said()
    {
        var run = await Explain(path => path switch
        {
            "/version" => """{"major":"1","minor":"34","gitVersion":"v1.34.1"}""",
            "/api/v1/namespaces" => Namespaces,
            "/apis/coral.io/v1alpha1/injectionpolicies" => """{"kind":"InjectionPolicyList","metadata":{},"items":[{"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"odd"},"spec":{"rollout":"perhaps"}}]}""",
            _ => Empty,
        });
        Assert.Equal(0, run.Code);
        Assert.StartsWith("coral: InjectionPolicy odd does not apply: ", Assert.Single(run.Complaints));
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_exits_with_3()
    {
        using var folder = new Folder();
        // The client waits between its attempts, so this clock has to run.
        var run = await Coral.RunAt(TimeProvider.System, null, Pod, "explain", "-f", "-", "--kubeconfig", folder.Write("config", Config("https://127.0.0.1:1", "")));
        Assert.Contains("cannot reach the Kubernetes API server https://127.0.0.1:1/: connection refused", Assert.Single(run.Complaints));
        Assert.Equal(3, run.Code);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_exits_with_2()
    {
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--kubeconfig", "nowhere");
        Assert.Equal("coral: nowhere: no such file", Assert.Single(run.Complaints));
        Assert.Equal(2, run.Code);
    }

    private static async Task<Run> Explain(Func<string, string?> answer)
    {
        await using var server = await FakeServer.Start(context =>
        {
            var body = answer(context.Request.Path.Value!);
            context.Response.ContentType = "application/json";
            if (body is null) context.Response.StatusCode = 404;
            return context.Response.WriteAsync(body ?? """{"kind":"Status","status":"Failure","reason":"NotFound","message":"the server could not find the requested resource","code":404}""");
        });
        using var folder = new Folder();
        var ca = folder.Write("ca.crt", server.Pem);
        return await Coral.RunWith(Pod, "explain", "-f", "-", "-o", "json", "--kubeconfig", folder.Write("config", Config(server.Url, $", certificate-authority: {ca}")));
    }

    private static string Config(string url, string trust) => $$$"""
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "{{{url}}}"{{{trust}}} } }]
        users: [{name: u, user: {token: t} }]
        contexts: [{name: c, context: {cluster: c, user: u} }]
        """;
}
