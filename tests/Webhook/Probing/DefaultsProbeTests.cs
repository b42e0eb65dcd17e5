using Coral.Kubernetes;
using Coral.Policies.PodSecurity;
using Coral.Webhook.Facts.Probing;

namespace Coral.Webhook.Tests.Probing;

/// <summary>What is made of each answer: a level only where the PodSecurity plug-in itself spoke, else nothing.</summary>
public sealed class DefaultsProbeTests
{
    private readonly FakeProbeServer server = new();

    [Theory]
    [InlineData("privileged:latest", "privileged:latest", "privileged:latest")]
    [InlineData("privileged:latest", "baseline:latest", "baseline:latest")]
    [InlineData("privileged:latest", "restricted:v1.30", "restricted:v1.30")]
    [InlineData("baseline:latest", "restricted:latest", "restricted:latest")]
    [InlineData("baseline:v1.0", "restricted:v1.0", "restricted:v1.0")]
    [InlineData("restricted:v1.30", "restricted:latest", "privileged:latest")] // A refusal hides warnings.
    [InlineData("restricted:v1.99", "privileged:latest", "privileged:latest")]
    [InlineData("baseline:latest", "baseline:latest", "privileged:latest")] // Nothing is warned about that is not refused.
    public async Task Levels_and_versions_are_read_from_refusals_and_warnings(string enforce, string warn, string warnSeen)
    {
        (server.Enforce, server.Warn) = (FakeProbeServer.Level(enforce), FakeProbeServer.Level(warn));

        Assert.Equal(new PodSecurityDefaults { Enforce = server.Enforce, Warn = FakeProbeServer.Level(warnSeen) }, await AskAsync());
    }

    [Fact]
    public async Task Both_pods_break_just_their_level_at_every_version()
    {
        for (var minor = 0; minor <= 37; minor++)
        {
            server.Enforce = FakeProbeServer.Level($"baseline:v1.{minor}");
            server.Warn = FakeProbeServer.Level($"restricted:v1.{minor}");
            var seen = await AskAsync();
            Assert.Equal((server.Enforce, server.Warn), (seen.Enforce, seen.Warn));

            // The host port is all that is wrong with the first.
            server.Enforce = FakeProbeServer.Level($"restricted:v1.{minor}");
            var said = new List<string>();
            server.Creating = _ => said.Add("asked");
            Assert.Equal(server.Enforce, (await AskAsync()).Enforce);
            Assert.Equal(3, said.Count);
            server.Creating = null;
        }
    }

    [Fact]
    public async Task The_strictest_of_servers_that_differ_wins()
    {
        string[] levels = ["privileged:latest", "restricted:v1.30", "restricted:v1.31"];
        server.Creating = number => server.Enforce = FakeProbeServer.Level(levels[number - 1]);

        Assert.Equal("restricted:v1.31", (await AskAsync()).Enforce.ToString());
        Assert.Equal((3, 3), (server.Connected, server.Disconnected));
    }

    [Fact]
    public async Task Warnings_of_others_say_nothing()
    {
        server.OtherWarnings.AddRange(["would violate PodSecurity", "would violate PodSecurity \"nonsense:latest\": x", "policy: would violate PodSecurity \"restricted:latest\": x"]);
        Assert.Equal(new PodSecurityDefaults(), await AskAsync());
    }

    [Fact]
    public async Task A_namespace_that_is_missing_is_told_with_the_command_that_makes_it()
    {
        server.Namespace = null;
        Assert.Equal("the namespace coral-probe is missing: kubectl apply -k manifests/probe", await ProblemAsync());
        Assert.Equal(0, server.Created);
    }

    [Theory]
    [InlineData("enforce")]
    [InlineData("warn-version")]
    [InlineData("some-label-of-tomorrow")]
    public async Task A_label_on_the_namespace_makes_its_answers_worthless(string label)
    {
        server.Namespace = $$$"""{"metadata":{"name":"coral-probe","labels":{"a":"b","pod-security.kubernetes.io/{{{label}}}":"baseline"} } }""";
        Assert.Equal($"the namespace coral-probe must have no Pod Security label: kubectl label namespace coral-probe pod-security.kubernetes.io/{label}-", await ProblemAsync());
        Assert.Equal(0, server.Created);
    }

    [Fact]
    public async Task A_label_that_comes_while_it_is_asked_counts_too()
    {
        server.Creating = number => server.Namespace = number < 3 ? server.Namespace : """{"metadata":{"name":"coral-probe","labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}""";
        Assert.Contains("must have no Pod Security label", await ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_right_to_ask_is_told_with_what_grants_it()
    {
        server.Creating = _ => throw FakeProbeServer.Status(403, "Forbidden", "pods is forbidden: User \"x\" cannot create resource \"pods\" in API group \"\" in the namespace \"coral-probe\"");
        Assert.StartsWith("no right to create pods in the namespace coral-probe (kubectl apply -k manifests/probe): pods is forbidden: User \"x\"", await ProblemAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: exceeded quota: q")]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: error looking up service account coral-probe/default: serviceaccount \"default\" not found")]
    [InlineData(403, "Forbidden", "admission webhook \"w\" denied the request: violates PodSecurity \"baseline:latest\": x")]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: violates PodSecurity \"strict:latest\": x")]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: violates PodSecurity \"privileged:latest\": x")]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: violates PodSecurity \"baseline:v2.0\": x")]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: violates PodSecurity \"baseline:latest")]
    [InlineData(403, "Forbidden", "pods \"coral-probe\" is forbidden: violates PodSecurity \"")]
    [InlineData(403, "", "pods \"coral-probe\" is forbidden: violates PodSecurity \"baseline:latest\": x")]
    [InlineData(500, "Forbidden", "pods \"coral-probe\" is forbidden: violates PodSecurity \"baseline:latest\": x")]
    [InlineData(400, "BadRequest", "admission webhook \"w\" does not support dry run")]
    [InlineData(422, "Invalid", "Pod \"coral-probe\" is invalid: spec: x")]
    [InlineData(409, "AlreadyExists", "pods \"coral-probe\" already exists")]
    [InlineData(429, "TooManyRequests", "slow down")]
    public async Task Whoever_else_refuses_is_quoted_and_not_believed(int code, string reason, string message)
    {
        server.Creating = _ => throw FakeProbeServer.Status(code, reason, message);
        Assert.Equal($"something other than Pod Security refuses the probe's pod in the namespace coral-probe ({code}: {message})", await ProblemAsync());
    }

    [Fact]
    public async Task One_failed_round_spoils_the_others()
    {
        server.Enforce = FakeProbeServer.Level("baseline:latest");
        server.Creating = number =>
        {
            if (number == 5) throw FakeProbeServer.Status(422, "Invalid", "no");
        };
        Assert.Contains("422: no", await ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal(server.Connected, server.Disconnected);
    }

    [Fact]
    public async Task A_pod_that_is_mended_on_the_way_says_nothing()
    {
        server.Mutate = pod => pod.Replace("\"hostPort\":65535", "\"name\":\"p\"", StringComparison.Ordinal);
        Assert.Equal("a webhook or policy of the cluster changes the probe's pods: have it leave out the namespace coral-probe", await ProblemAsync());
    }

    [Fact]
    public async Task Silence_and_nonsense_are_told_in_one_short_line()
    {
        var server = new Uri("https://127.0.0.1:6443");
        Exception[] failures =
        [
            new KubernetesUnreachableException(server, "no answer within 15 s"),
            new KubernetesProtocolException(server, "200 with a body of 5 bytes that is no JSON object"),
            new KubernetesConfigException(["token\nfile"]),
            new KubernetesException(System.Net.HttpStatusCode.Forbidden, "", "<html>\r\n" + new string('x', 100_000), null),
            FakeProbeServer.Status(403, "Forbidden", "pods \"coral-probe\" is forbidden: \u001b[2J\U0001F600" + new string('y', 100_000)),
        ];
        foreach (var failure in failures)
        {
            this.server.Creating = _ => throw failure;
            var problem = await ProblemAsync();
            Assert.DoesNotContain(problem, letter => char.IsControl(letter) || char.IsSurrogate(letter));
            Assert.InRange(problem.Length, 5, 500);
        }
    }

    private Task<PodSecurityDefaults> AskAsync() => new DefaultsProbe(server.Connect).AskAsync(CancellationToken.None);

    private async Task<string> ProblemAsync() => (await Assert.ThrowsAsync<ProbeException>(AskAsync)).Message;
}
