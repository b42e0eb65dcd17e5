using System.Net;
using Coral.Kubernetes;
using Coral.NodeAgent.LocalApi;
using Coral.NodeAgent.Serving;
using Coral.Testing;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>Who may read the local API in a cluster, asked of a real API server.</summary>
[Collection(AgentClusterTests.Name)]
public sealed class TokenReviewTests(AgentCluster cluster)
{
    private const string Role =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: events-reader}
        rules: [{apiGroups: [coral.io], resources: [nodecapabilities/events], resourceNames: [node-a], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: events-reader}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: events-reader}
        subjects: [{kind: ServiceAccount, name: reader, namespace: coral-system}]
        """;

    [KitFact]
    public async Task Who_has_a_token_for_us_and_a_role_reads_and_nobody_else()
    {
        foreach (var account in new[] { "reader", "stranger" }) await cluster.Cluster.Kubectl("create", "serviceaccount", account, "-n", "coral-system");
        await cluster.Cluster.KubectlWith(Role, "create", "-f", "-");
        var time = new FakeTimeProvider();
        using var client = new KubernetesClient(KubernetesConfig.Load(cluster.Cluster.Kubeconfig), TimeProvider.System, NullLoggerFactory.Instance);
        var access = new TokenReviewAccess(client, "node-a", time);
        var port = Ports.Take();
        await using var server = await AgentServer.StartAsync(new ListenPlace(IPAddress.Loopback, port), null, async context =>
            await Answer.LineAsync(context, await access.CheckAsync(context) is { } refusal ? refusal.Code : 200, "said"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        async Task<int> Code(string path, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null) request.Headers.Add("Authorization", "Bearer " + token);
            using var answer = await http.SendAsync(request);
            return (int)answer.StatusCode;
        }

        var reader = await Token("reader", "coral");
        // The role counts a moment after it is stored.
        await Eventually.Async(
            async () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return await Code("/api/events", reader) == 200;
            },
            TimeSpan.FromSeconds(30),
            "the role is in force");
        Assert.Equal(403, await Code("/api/stats", reader));
        Assert.Equal(403, await Code("/api/events", await Token("stranger", "coral")));
        // A token that opens the API server must not be shown around, so it opens nothing here.
        Assert.Equal(401, await Code("/api/events", await Token("reader", "https://kubernetes.default.svc.cluster.local")));
        Assert.Equal(401, await Code("/api/events", "nonsense"));
        Assert.Equal(401, await Code("/api/events", null));

        // An answer counts for half a minute.
        await cluster.Cluster.Kubectl("delete", "clusterrolebinding", "events-reader");
        Assert.Equal(200, await Code("/api/events", reader));
        await Eventually.Async(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(31));
                return await Code("/api/events", reader) == 403;
            },
            TimeSpan.FromSeconds(30),
            "the role is withdrawn");
    }

    private async Task<string> Token(string account, string audience) => (await cluster.Cluster.Kubectl("create", "token", account, "-n", "coral-system", "--audience", audience)).Trim();
}
