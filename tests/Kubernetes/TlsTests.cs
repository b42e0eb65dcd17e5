using Coral.Kubernetes.Tests.Fakes;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Kubernetes.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Pki pki = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose()
    {
        folder.Dispose();
        pki.Dispose();
    }

    [Fact]
    public async Task A_client_certificate_from_files_is_shown_over_http_2()
    {
        await using var server = await FakeApiServer.StartAsync(pki, clientCertificate: true);
        var seen = "";
        server.Intercept = async context =>
        {
            seen = $"{context.Connection.ClientCertificate!.Subject} {context.Request.Protocol} {context.Request.Headers.Authorization}";
            await FakeApiServer.AnswerAsync(context, 200, "{}");
            return true;
        };
        using var certificate = pki.Issue("me");
        folder.Write("me.crt", certificate.ExportCertificatePem());
        folder.Write("me.key", Pki.KeyPem(certificate));
        using var client = Client(server.Url, "token: abc, client-certificate: me.crt, client-key: me.key");
        await client.GetVersionAsync();
        Assert.Equal("CN=me HTTP/2 Bearer abc", seen);
    }

    [Fact]
    public async Task A_server_of_another_ca_is_refused_at_the_first_attempt()
    {
        using var other = new Pki("other-ca");
        await using var server = await FakeApiServer.StartAsync(other);
        server.Known = false;
        await Refused(server, "", "the server's certificate (CN=127.0.0.1, issued by CN=other-ca) is not signed by the configured CA");
        Assert.Equal(1, server.Connections);
        using var careless = Client(server.Url, "token: a", "insecure-skip-tls-verify: true");
        await Assert.ThrowsAsync<KubernetesException>(() => careless.GetAsync(ApiResource.Pods, "ns", "a"));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_unless_that_name_is_configured()
    {
        await using var server = await FakeApiServer.StartAsync(pki, "api.example.com");
        server.Known = false;
        await Refused(server, "", "the server's certificate (CN=api.example.com) is not made for the name '127.0.0.1'");
        using var named = Client(server.Url, "token: a", $"certificate-authority: ca.crt, tls-server-name: api.example.com");
        await Assert.ThrowsAsync<KubernetesException>(() => named.GetAsync(ApiResource.Pods, "ns", "a"));
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_named_with_its_time()
    {
        await using var server = await FakeApiServer.StartAsync(pki, expired: true);
        await Refused(server, "", "the server's certificate is valid only from ");
    }

    [Fact]
    public async Task A_plug_in_is_asked_again_when_its_token_is_refused()
    {
        await using var server = await FakeApiServer.StartAsync(pki);
        var tokens = new List<string>();
        server.Intercept = async context =>
        {
            tokens.Add(context.Request.Headers.Authorization.ToString());
            await FakeApiServer.AnswerAsync(context, tokens.Count == 1 ? 401 : 200, "{}");
            return true;
        };
        folder.WriteScript("plugin", $$$"""
            echo x >> {{{folder.Path}}}/runs
            n=$(wc -l < {{{folder.Path}}}/runs)
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t'$n'"}}'
            """);
        using var client = Client(server.Url, "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin}");
        await client.GetVersionAsync();
        Assert.Equal(["Bearer t1", "Bearer t2"], tokens);
    }

    [Fact]
    public async Task A_plug_ins_failure_reaches_the_caller_as_it_is()
    {
        await using var server = await FakeApiServer.StartAsync(pki);
        folder.WriteScript("plugin", "echo 'not logged in' >&2; exit 1");
        using var client = Client(server.Url, "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}");
        var failure = await Assert.ThrowsAsync<KubernetesConfigException>(() => client.GetVersionAsync());
        Assert.EndsWith("failed with exit code 1: not logged in", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_not_sent_without_encryption()
    {
        await using var server = await FakeApiServer.StartAsync();
        var sent = "";
        server.Intercept = async context =>
        {
            sent = context.Request.Headers.Authorization.ToString();
            await FakeApiServer.AnswerAsync(context, 200, "{}");
            return true;
        };
        using var client = Client(server.Url, "token: abc");
        await client.GetVersionAsync();
        Assert.Equal("", sent);
    }

    [Fact]
    public async Task A_refusal_that_comes_before_the_body_was_sent_is_heard()
    {
        await using var server = new HastyApiServer(pki);
        using var client = Client(server.Url, "token: a");
        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(ApiResource.Pods, "ns", new byte[100_000]));
        Assert.Equal((System.Net.HttpStatusCode.Forbidden, "no (403)"), (refusal.StatusCode, refusal.Message));
        Assert.Equal(["HTTP/2", "HTTP/1.1"], server.Seen);
    }

    private async Task Refused(FakeApiServer server, string user, string cause)
    {
        using var client = Client(server.Url, user.Length == 0 ? "token: a" : user);
        var failure = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => client.GetVersionAsync());
        Assert.StartsWith($"cannot reach the Kubernetes API server {server.Url}: {cause}", failure.Message, StringComparison.Ordinal);
    }

    private KubernetesClient Client(Uri server, string user, string cluster = "certificate-authority: ca.crt")
    {
        folder.Write("ca.crt", pki.CaPem);
        var config = folder.Write("config", $$$"""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "{{{server}}}", {{{cluster}}}}}]
            users: [{name: u, user: { {{{user}}} }}]
            """);
        return new KubernetesClient(KubernetesConfig.Load(config), time, NullLoggerFactory.Instance);
    }
}
