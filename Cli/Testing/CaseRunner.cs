using System.Collections.Immutable;
using Coral.Cli.Deciding;
using Coral.Cli.Inputs;
using Coral.Cli.Patching;
using Coral.Cli.Testing.Stating;
using Coral.Policies;

namespace Coral.Cli.Testing;

/// <summary>Decides as the webhook would, and compares with what is claimed.</summary>
internal sealed class CaseRunner(TimeProvider time)
{
    private readonly DecisionEngine engine = new();

    internal CaseResult Run(DecisionTest test, Case item)
    {
        var start = time.GetTimestamp();
        var objects = item.Objects.Select(one => Decide(item, one)).Select(finding => new ObjectResult(finding, Differences(item, finding))).ToImmutableArray();
        return new CaseResult(test, item, objects, time.GetElapsedTime(start));
    }

    private static ImmutableArray<Difference> Differences(Case item, Finding finding) => [.. item.Claims.Select(claim => claim.Compare(finding)).OfType<Difference>()];

    private Finding Decide(Case item, InputObject one)
    {
        var how = item.Circumstances;
        var ns = how.NamespaceOf(one);
        var facts = how.Around(ns, item.World.Facts);
        var pod = new TemplatePod(one);
        var request = new PodRequest
        {
            DecisionId = DecisionId.Of(ns, pod.Element),
            Namespace = ns,
            Pod = pod.Element,
            Requester = how.Requester ?? WorkloadTemplate.CreatorOf(one.Kind, Requester.Unknown),
            DryRun = how.DryRun,
            Operation = how.Operation,
            Resource = how.Resource,
            SubResource = how.SubResource,
        };
        if (how.Reinvoked && engine.Decide(request, facts) is { Patch.IsEmpty: false } first)
        {
            JsonPatch.Apply(pod.Node, first.Patch);
            request = request with { Pod = Json.ToElement(pod.Node) };
        }

        return new Finding(one, ns, request.Pod, facts, how.Validates ? engine.Validate(request, facts) : engine.Decide(request, facts));
    }
}

/// <summary>What came of a case.</summary>
internal sealed record CaseResult(DecisionTest Test, Case Case, ImmutableArray<ObjectResult> Objects, TimeSpan Took)
{
    internal bool Passed => Objects.All(item => item.Differences.IsEmpty);
}

/// <summary>One object of it.</summary>
internal sealed record ObjectResult(Finding Finding, ImmutableArray<Difference> Differences);
