using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.PodSecurity;

public sealed class EvaluatorPropertyTests
{
    /// <summary>Sidecars as we add them, and one that breaks nearly every rule.</summary>
    private static readonly string[] Sidecars =
    [
        Pods.Hardened,
        """{"name":"coral-agent","securityContext":{"runAsUser":0,"runAsNonRoot":false,"capabilities":{"drop":["ALL"],"add":["BPF","PERFMON","NET_ADMIN"]},"seccompProfile":{"type":"RuntimeDefault"}}}""",
        """{"name":"coral-agent","ports":[{"containerPort":9001}],"livenessProbe":{"tcpSocket":{"host":"h"}},"securityContext":{"privileged":true,"procMount":"Unmasked","seccompProfile":{"type":"Unconfined"},"appArmorProfile":{"type":"Unconfined"},"seLinuxOptions":{"user":"u"}}}""",
    ];

    private static readonly string[] Volumes =
        ["null", "[]", """[{"name":"tmp","emptyDir":{}}]""", """[{"name":"sock","hostPath":{"path":"/run"}},{"name":"n","nfs":{}}]"""];

    [Fact]
    public void A_pod_with_an_added_container_is_judged_as_the_really_patched_pod() => Dice.ForAllSeeds(seed =>
    {
        var random = new Random(seed);
        var pod = PodGenerator.GenerateNode(seed, Dice.Everything);
        var (container, volumes) = (Sidecars[random.Next(Sidecars.Length)], Volumes[random.Next(Volumes.Length)]);
        var kind = random.Next(2) == 0 ? ContainerKind.Init : ContainerKind.Regular;
        var view = new PodView(Parse(pod.ToJsonString())).With(Parse(container), kind, Parse(volumes));

        var list = kind == ContainerKind.Init ? "initContainers" : "containers";
        var containers = pod["spec"]![list]?.AsArray() ?? [];
        if (containers.Parent is null) pod["spec"]![list] = containers;
        containers.Insert(kind == ContainerKind.Init ? 0 : containers.Count, JsonNode.Parse(container));
        foreach (var volume in JsonNode.Parse(volumes)?.AsArray() ?? [])
        {
            if (pod["spec"]!["volumes"] is not JsonArray list2) pod["spec"]!["volumes"] = list2 = [];
            list2.Add(volume!.DeepClone());
        }

        AssertSame(new PodView(Parse(pod.ToJsonString())), view);
    });

    [Fact]
    public void No_json_makes_it_throw() => Dice.ForAllSeeds(seed =>
    {
        var text = JsonMangler.Mangle(PodGenerator.GenerateNode(seed, Dice.Everything), new Random(seed));
        foreach (var level in new[] { Level.Baseline, Level.Restricted })
        {
            foreach (var version in new[] { "v1.0", "v1.24", "latest" })
            {
                var verdict = PodSecurityEvaluator.Evaluate(new PodView(Parse(text)), level, Pods.Version(version));
                _ = verdict.ForbiddenText(new LevelVersion(level, Pods.Version(version)));
            }
        }
    });

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"spec":[]}""")]
    [InlineData("""{"metadata":"\ud800","spec":{"containers":[null,1,"\udc00",[],{}],"\ud800":1,"volumes":[{"name":"\ud800","\ud800hostPath":{}}]}}""")]
    [InlineData("""{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/\ud800":"\ud800"}},"spec":{"containers":[{"name":"\ud800","sec\ud800":1}]}}""")]
    public void Odd_documents_are_judged_too(string text) => Assert.NotNull(PodSecurityEvaluator.Evaluate(new PodView(Parse(text)), Level.Restricted, default));

    [Fact]
    public void Escaped_names_and_values_count_as_what_they_say() =>
        Assert.Equal(
            """violates PodSecurity "baseline:latest": privileged (container "a" must not set securityContext.privileged=true)""",
            Pods.Judge("""{"\u0063ontainers":[{"n\u0061me":"\u0061","\u0073ecurityContext":{"privilege\u0064":true}}]}""", Level.Baseline).ForbiddenText(new(Level.Baseline, default)));

    [Fact]
    public void An_allowed_pod_allocates_nothing()
    {
        var view = Pods.View($$"""{"containers":[{{string.Join(',', Enumerable.Repeat(Pods.Hardened, 40))}}],"volumes":[{"name":"v","emptyDir":{} }]}""", """{"a":"b"}""");
        var least = long.MaxValue;
        // What a decision allocates by itself it allocates each time. The array for many containers is lent by a pool, from which the collector of garbage may take it at any moment.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++) Both(view);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(40)]
    public void The_last_of_many_containers_is_judged_too(int count)
    {
        var spec = $$"""{"containers":[{{string.Join(',', Enumerable.Repeat(Pods.Hardened, count - 1))}},{"name":"last","securityContext":{"privileged":true} }]}""";
        Assert.Equal("container \"last\" must not set securityContext.privileged=true", Pods.Detail("privileged", Level.Baseline, "latest", spec));
    }

    private static bool Both(in PodView view) =>
        PodSecurityEvaluator.Evaluate(view, Level.Baseline, default).Allowed & PodSecurityEvaluator.Evaluate(view, Level.Restricted, default).Allowed;

    private static void AssertSame(in PodView expected, in PodView actual)
    {
        foreach (var level in new[] { Level.Baseline, Level.Restricted })
        {
            foreach (var version in new[] { "v1.0", "v1.20", "v1.34", "latest" })
            {
                var asked = new LevelVersion(level, Pods.Version(version));
                Assert.Equal(PodSecurityEvaluator.Evaluate(expected, level, asked.Version).ForbiddenText(asked), PodSecurityEvaluator.Evaluate(actual, level, asked.Version).ForbiddenText(asked));
            }
        }
    }

    private static JsonElement Parse(string text) => JsonElement.Parse(text);
}
