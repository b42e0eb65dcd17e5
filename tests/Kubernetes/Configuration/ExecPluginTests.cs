using System.Text.Json;
using Coral.Kubernetes.Tests.Fakes;
using Coral.Testing;

namespace Coral.Kubernetes.Tests.Configuration;

public sealed class ExecPluginTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_gets_its_arguments_and_environment_and_its_token_is_kept_until_it_expires()
    {
        folder.WriteScript("plugin", $$$"""
            echo x >> {{{folder.Path}}}/runs
            echo "$1 $2 $CORAL_TEST" > {{{folder.Path}}}/seen
            printf '%s' "$KUBERNETES_EXEC_INFO" > {{{folder.Path}}}/info
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"fresh","expirationTimestamp":"2026-11-21T13:00:00Z"}}'
            """);
        using var credentials = Open("args: [get, token], env: [{name: CORAL_TEST, value: yes}], provideClusterInfo: true");
        var tokens = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => credentials.TokenAsync(default).AsTask())));
        Assert.All(tokens, token => Assert.Equal("fresh", token));
        Assert.Equal("get token yes", Read("seen").Trim());
        var info = JsonElement.Parse(Read("info"));
        Assert.Equal("https://h", info.GetProperty("spec").GetProperty("cluster").GetProperty("server").GetString());
        Assert.False(info.GetProperty("spec").GetProperty("interactive").GetBoolean());
        Assert.Equal(1, Runs);

        time.Advance(TimeSpan.FromMinutes(59));
        await credentials.TokenAsync(default);
        Assert.Equal(1, Runs);
        time.Advance(TimeSpan.FromMinutes(1));
        await credentials.TokenAsync(default);
        Assert.Equal(2, Runs);
    }

    [Fact]
    public async Task A_refused_token_is_replaced()
    {
        folder.WriteScript("plugin", $$$"""
            echo x >> {{{folder.Path}}}/runs
            n=$(wc -l < {{{folder.Path}}}/runs)
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t'$n'"}}'
            """);
        using var credentials = Open();
        Assert.Equal("t1", await credentials.TokenAsync(default));
        Assert.True(credentials.Refused("t1"));
        Assert.Equal("t2", await credentials.TokenAsync(default));
        Assert.True(credentials.Refused("t1"));
        Assert.Equal("t2", await credentials.TokenAsync(default));
    }

    [Fact]
    public async Task It_may_give_a_client_certificate()
    {
        using var pki = new Pki();
        using var certificate = pki.Issue("me");
        var status = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["clientCertificateData"] = certificate.ExportCertificatePem(),
            ["clientKeyData"] = Pki.KeyPem(certificate),
        });
        folder.Write("answer", $$$"""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{{{status}}}}""");
        folder.WriteScript("plugin", $"cat {folder.Path}/answer");
        using var credentials = Open();
        Assert.NotNull(await credentials.CertificateAsync(default));
        Assert.Null(await credentials.TokenAsync(default));
    }

    [Theory]
    [InlineData("echo 'no session: run login first' >&2; echo more >&2; exit 3", "failed with exit code 3: no session: run login first")]
    [InlineData("exit 1", "failed with exit code 1: it said nothing")]
    [InlineData("echo hello", "answered with something that is no JSON")]
    [InlineData("echo '{}'", "answered with kind '' of '', expected ExecCredential of 'client.authentication.k8s.io/v1'")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "answered with neither a token nor a client certificate")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"a","expirationTimestamp":"soon"}}'""",
        "answered with an expirationTimestamp that is no time: 'soon'")]
    public async Task A_failure_is_told_in_one_line(string script, string how)
    {
        folder.WriteScript("plugin", script);
        using var credentials = Open();
        var failure = await Assert.ThrowsAsync<KubernetesConfigException>(() => credentials.TokenAsync(default).AsTask());
        Assert.Equal($"{folder.Path}/config: exec of user 'u': the plug-in '{folder.Path}/plugin' {how}", failure.Message);
    }

    [Fact]
    public async Task A_plug_in_that_is_not_there_is_told_with_the_files_hint()
    {
        using var credentials = Open("installHint: install it with apt");
        var failure = await Assert.ThrowsAsync<KubernetesConfigException>(() => credentials.TokenAsync(default).AsTask());
        Assert.Contains("cannot be started: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("install it with apt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plug_in_that_hangs_is_ended_after_a_minute()
    {
        folder.WriteScript("plugin", "exec sleep 600");
        using var credentials = Open();
        var pending = credentials.TokenAsync(default).AsTask();
        await Eventually.Is(() => time.Waiting > 0 || pending.IsCompleted, "it runs");
        time.Advance(TimeSpan.FromMinutes(1));
        var failure = await Assert.ThrowsAsync<KubernetesConfigException>(() => pending);
        Assert.EndsWith("did not end within 60 s", failure.Message, StringComparison.Ordinal);
    }

    private int Runs => Read("runs").Count(letter => letter == 'x');

    private string Read(string name) => File.ReadAllText(Path.Combine(folder.Path, name));

    private ICredentials Open(string more = "args: []") => KubernetesConfig.Load(folder.Write("config", $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://h"}}]
        users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, {{{more}}} } } }]
        """)).OpenCredentials(time);
}
