using Coral.Kubernetes.Tests.Fakes;
using Coral.Testing;

namespace Coral.Kubernetes.Tests.Configuration;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly Pki pki = new();
    private readonly Dictionary<string, string> variables = [];

    public void Dispose()
    {
        folder.Dispose();
        pki.Dispose();
    }

    [Fact]
    public async Task A_context_names_its_cluster_user_and_namespace()
    {
        var path = folder.Write("config", """
            apiVersion: v1
            kind: Config
            current-context: one
            preferences: {}
            clusters:
            - {name: c1, cluster: {server: "https://one:6443"}}
            - {name: c2, cluster: {server: "https://two/k8s/clusters/c-7"}}
            users:
            - {name: u1, user: {token: t-one}}
            - {name: u2, user: null}
            contexts:
            - {name: one, context: {cluster: c1, user: u1, namespace: shop}}
            - {name: two, context: {cluster: c2, user: u2}}
            """);
        var one = KubernetesConfig.Load(path);
        Assert.Equal(("https://one:6443/", "shop", $"{path} (context one)"), (one.Server.ToString(), one.Namespace, one.Source));
        Assert.Equal("t-one", await one.OpenCredentials(time).TokenAsync(default));
        var two = KubernetesConfig.Load(path, "two");
        Assert.Equal(("https://two/k8s/clusters/c-7/", null), (two.Server.ToString(), two.Namespace));
        Assert.Null(await two.OpenCredentials(time).TokenAsync(default));
    }

    [Fact]
    public void Nothing_printed_holds_the_token()
    {
        var config = KubernetesConfig.Load(folder.Write("config", Valid("token: s3cret")));
        Assert.DoesNotContain("s3cret", $"{config} {config.OpenCredentials(time)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_paths_are_relative_to_their_file_and_inline_data_wins()
    {
        using var certificate = pki.Issue("me");
        folder.Write("pki/me.crt", certificate.ExportCertificatePem());
        folder.Write("pki/me.key", Pki.KeyPem(certificate));
        var ca = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pki.CaPem));
        KubernetesConfig.Load(folder.Write(
            "config", Valid("client-certificate: pki/me.crt, client-key: pki/me.key", $"certificate-authority-data: {ca}, certificate-authority: missing.crt")));
    }

    [Fact]
    public async Task Files_of_the_list_are_merged_and_the_first_wins()
    {
        var first = folder.Write("a/one", "current-context: x\nusers: [{name: u, user: {token: first}}]\n");
        var second = folder.Write("b/two", "current-context: y\nusers: [{name: u, user: {token: second}}, {name: v, user: {tokenFile: token}}]\n");
        folder.Write("b/token", "from-file\n");
        var third = folder.Write("c/three", """
            clusters: [{name: c, cluster: {server: "https://h"}}]
            contexts: [{name: x, context: {cluster: c, user: u}}, {name: y, context: {cluster: c, user: v}}]
            """);
        variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, Path.Combine(folder.Path, "missing"), second, third);
        Assert.Equal("first", await Load(null).OpenCredentials(time).TokenAsync(default));
        Assert.Equal("from-file", await Load(null, "y").OpenCredentials(time).TokenAsync(default));
    }

    [Fact]
    public void The_search_goes_from_the_argument_over_the_variable_and_the_home_to_the_pod()
    {
        Assert.Equal([$"no cluster: pass a kubeconfig file, set KUBECONFIG, or create {folder.Path}/.kube/config"], Mistakes(() => Load(null)));
        folder.Write("token", "t");
        folder.Write("ca.crt", pki.CaPem);
        folder.Write("namespace", "coral-system");
        variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        variables["KUBERNETES_SERVICE_PORT"] = "443";
        var pod = Load(null);
        Assert.Equal(("https://[fd00::1]/", "in-cluster", "coral-system"), (pod.Server.ToString(), pod.Source, pod.Namespace));

        folder.Write(".kube/config", Valid("token: a"));
        Assert.StartsWith(Path.Combine(folder.Path, ".kube"), Load(null).Source, StringComparison.Ordinal);
        variables["KUBECONFIG"] = folder.Write("listed", Valid("token: a"));
        Assert.StartsWith(variables["KUBECONFIG"], Load(null).Source, StringComparison.Ordinal);
        Assert.Equal([$"{folder.Path}/given: no such file"], Mistakes(() => Load(folder.Path + "/given")));
        variables["KUBECONFIG"] = "/nowhere/a:/nowhere/b";
        Assert.Equal(["KUBECONFIG: none of these files exists: /nowhere/a:/nowhere/b"], Mistakes(() => Load(null)));
    }

    [Fact]
    public void A_pod_without_its_files_is_told_so()
    {
        Assert.Equal(
            [
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set: this process does not run in a pod",
                $"{folder.Path}/token: cannot be read: Could not find file '{folder.Path}/token'. (is the service account's token mounted?)",
                $"{folder.Path}/ca.crt: cannot be read: Could not find file '{folder.Path}/ca.crt'. (is the service account's token mounted?)",
            ],
            Mistakes(() => InCluster.Load(Environment)));
    }

    [Fact]
    public async Task A_pods_token_is_read_again_after_a_minute_and_outlives_a_missing_file()
    {
        var token = folder.Write("token", "first");
        folder.Write("ca.crt", pki.CaPem);
        variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        variables["KUBERNETES_SERVICE_PORT"] = "443";
        using var credentials = InCluster.Load(Environment).OpenCredentials(time);
        Assert.Equal("first", await credentials.TokenAsync(default));
        folder.Write("token", "second");
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("first", await credentials.TokenAsync(default));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("second", await credentials.TokenAsync(default));
        File.Delete(token);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("second", await credentials.TokenAsync(default));
    }

    [Fact]
    public void All_mistakes_of_a_file_are_told_at_once_with_their_lines()
    {
        var path = folder.Write("config", """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: one.example.com:6443
                certificate-authority: missing.crt
                insecure-skip-tls-verify: yes
                proxy-url: http://proxy:3128
            users:
            - name: u
              user:
                username: admin
                password: hunter2
                client-certificate-data: "%%%"
                client-key: missing.key
                as: root
            """);
        Assert.Equal(
            [
                $"{path}:6: cluster 'c' has a server that is no http(s) URL: 'one.example.com:6443'",
                $"{path}:9: cluster 'c' has a proxy-url, which is not supported: use a URL that is reached directly",
                $"{path}:8: cluster 'c' has a insecure-skip-tls-verify that is neither true nor false",
                $"{path}:7: cluster 'c' has a certificate-authority that cannot be read: Could not find file '{folder.Path}/missing.crt'.",
                $"{path}:13: user 'u' has a username or password, which Kubernetes 1.19 removed: use a token, a client certificate or an exec plug-in",
                $"{path}:17: user 'u' asks for impersonation (as), which is not supported",
                $"{path}:15: user 'u' has client-certificate-data that is no base64",
                $"{path}:16: user 'u' has a client-key that cannot be read: Could not find file '{folder.Path}/missing.key'.",
            ],
            Mistakes(() => KubernetesConfig.Load(path)));
    }

    [Theory]
    [InlineData("a: [", ":2: this is no YAML: ")]
    [InlineData("- a", ":1: this is no kubeconfig file")]
    [InlineData("kind: Pod", ":1: kind is 'Pod', not 'Config': this is no kubeconfig file")]
    [InlineData("", ": no current-context; name one of: none")]
    [InlineData("current-context: y\ncontexts: [{name: x, context: {}}]", ": no context 'y'; there are: x")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {}}]", ":2: context 'x' has no cluster")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: d}]", ":2: context 'x' names the cluster 'c', which is not there; there are: d")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c}]", ":3: cluster 'c' has no server")]
    [InlineData("users: [1]", ":1: an entry of users is no mapping")]
    [InlineData("users: [{user: {}}]", ":1: an entry of users has no name")]
    [InlineData("users: {}", ":1: has a users that is no list")]
    public void A_mistake_is_told_with_its_place(string text, string mistake)
    {
        var path = folder.Write("config", text);
        Assert.StartsWith(path + mistake, Mistakes(() => KubernetesConfig.Load(path))[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth-provider: {name: gcp}", "has an auth-provider, which was removed in Kubernetes 1.26: use an exec plug-in")]
    [InlineData("client-certificate-data: QQ==", "has a client-certificate but no client-key")]
    [InlineData("client-certificate-data: QQ==, client-key-data: QQ==", "has a client-certificate and client-key that cannot be used together: ")]
    [InlineData("exec: {command: x}", "has apiVersion ''; supported are client.authentication.k8s.io/v1 and v1beta1")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1}", "has no command")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "wants a terminal (interactiveMode: Always), which it cannot have here")]
    public void A_user_that_cannot_be_honoured_is_refused(string user, string mistake)
    {
        var path = folder.Write("config", Valid(user));
        Assert.Contains(mistake, Assert.Single(Mistakes(() => KubernetesConfig.Load(path))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_a_context_that_is_not_used_does_no_harm() =>
        KubernetesConfig.Load(folder.Write("config", Valid("token: a") + "- {name: other, user: {client-certificate: missing}}\n"));

    private ConfigEnvironment Environment => new(variables.GetValueOrDefault, folder.Path, folder.Path);

    private static string Valid(string user, string cluster = "namespace: x") => $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://h", {{{cluster}}}}}]
        users:
        - {name: u, user: { {{{user}}} }}

        """;

    private static IReadOnlyList<string> Mistakes(Func<KubernetesConfig> load) => Assert.Throws<KubernetesConfigException>(load).Mistakes;

    private KubernetesConfig Load(string? path, string? context = null) => ConfigSearch.Load(path, context, Environment);
}
