using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.PodSecurity.Admission;

public sealed class AdmissionPropertyTests
{
    private static readonly string[] Resources = [.. Requests.Workloads.Select(workload => workload.Resource), "pods", "pods", "namespaces", ""];
    private static readonly string[] Labels = ["", "enforce=restricted", "enforce=baseline audit=restricted warn=restricted", "warn=odd audit-version=1", "warn=baseline"];
    private static readonly PodSecurityDefaults Defaults = new() { RuntimeClasses = ["gvisor"] };

    [Fact]
    public void No_json_makes_it_throw() => Dice.ForAllSeeds(seed =>
    {
        var random = new Random(seed);
        var request = Request(random, resource => Mangled(random, Wrapped(resource, PodGenerator.GenerateNode(seed, Dice.Everything))));
        var outcome = Requests.Judge(request, Labels[random.Next(Labels.Length)], Defaults);
        Assert.True(outcome.Warnings.Length <= 1);
    });

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"spec":[]}""")]
    [InlineData("""{"metadata":"\ud800","spec":{"runtimeClassName":"\ud800","\ud800":1,"containers":[null,1,"\udc00",[],{"image":"\ud800"}],"ephemeralContainers":[null,{"name":"\ud800"}]}}""")]
    public void Odd_objects_are_judged_too(string text)
    {
        foreach (var resource in Resources)
        {
            foreach (var operation in new[] { "CREATE", "UPDATE" })
            {
                var odd = JsonElement.Parse(text);
                var request = new PodSecurityRequest { Namespace = "shop", Operation = operation, Resource = resource, Object = odd };
                Assert.NotNull(Requests.Judge(request, "enforce=restricted", Defaults));
                Assert.NotNull(Requests.Judge(request with { OldObject = odd }, "enforce=restricted", Defaults));
            }
        }
    }

    [Fact]
    public void What_is_said_in_each_mode_is_the_verdict_of_its_level() => Dice.ForAllSeeds(seed =>
    {
        var pod = PodGenerator.Generate(seed, Dice.Everything);
        var levels = Requests.Levels("enforce=baseline enforce-version=v1.30 audit=restricted audit-version=v1.20 warn=restricted");

        var outcome = PodSecurityAdmission.Judge(new() { Namespace = "shop", Object = pod }, levels, PodSecurityDefaults.BuiltIn);

        Verdict Of(ModeLevel mode) => PodSecurityEvaluator.Evaluate(new PodView(pod), mode.Level, mode.Version);
        Assert.Equal(Of(levels.Enforce).ForbiddenText(levels.Enforce.Value), outcome.Refusal);
        Assert.Equal(Of(levels.Audit).WarningText(levels.Audit.Value), outcome.AuditAnnotations.GetValueOrDefault("pod-security.kubernetes.io/audit-violations", ""));
        Assert.Equal(outcome.Allowed ? Of(levels.Warn).WarningText(levels.Warn.Value) : "", string.Concat(outcome.Warnings));
    });

    private static PodSecurityRequest Request(Random random, Func<string, JsonElement> make)
    {
        var resource = Resources[random.Next(Resources.Length)];
        return new()
        {
            Namespace = "shop",
            Resource = resource,
            Operation = random.Next(2) == 0 ? "CREATE" : "UPDATE",
            SubResource = random.Next(5) == 0 ? "ephemeralcontainers" : "",
            Object = make(resource),
            OldObject = random.Next(2) == 0 ? make(resource) : default,
        };
    }

    private static JsonElement Mangled(Random random, JsonObject value) => JsonElement.Parse(JsonMangler.Mangle(value, random));

    private static JsonObject Wrapped(string resource, JsonObject pod) =>
        Requests.Workloads.SingleOrDefault(workload => workload.Resource == resource).Path is { } path
            ? path.Reverse().Aggregate(pod, (inner, name) => new JsonObject { [name] = inner })
            : pod;
}
