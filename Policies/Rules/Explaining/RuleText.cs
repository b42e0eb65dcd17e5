using System.Collections.Immutable;
using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Explaining;

/// <summary>A compiled rule in words.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Priority">The larger goes first.</param>
/// <param name="When">A line for each way in which it can match: <c>LevelSources: IsExempt is false and IsLabelled is true; no Guard</c>.</param>
/// <param name="Yields">The types of the facts that it derives.</param>
public sealed record RuleText(string Name, int Priority, ImmutableArray<string> When, ImmutableArray<string> Yields)
{
    /// <summary>All rules behind sessions, by name.</summary>
    public static ImmutableArray<RuleText> Of(ISessionFactory factory) =>
    [
        .. ((SessionFactory)factory).Network.Branches
            .GroupBy(branch => branch.Rule)
            .Select(rule => new RuleText(
                rule.Key.Name,
                rule.Key.Priority,
                [.. rule.Select(Say)],
                [.. rule.Key.Actions.Where(action => action.Yields).Select(action => action.Do.ReturnType.Name)])),
    ];

    private static string Say(Branch branch) => string.Join("; ", branch.Steps.Select(step => Say(branch, step)));

    private static string Say(Branch branch, Step step)
    {
        switch (step)
        {
            case MatchStep match:
                return With(match.Alpha.Type.Name, match, new Words(branch, match.Place), ": ");
            case QuantifierStep { Kind: Quantifier.All } all:
                var words = new Words(branch, all.Place);
                return $"every {all.Alpha.Type.Name}: {words.Of(all.Clauses[^all.Rest..])}";
            case QuantifierStep one:
                return $"{(one.Wanted ? "some" : "no")} {With(one.Alpha.Type.Name, one, new Words(branch, one.Place), " where ")}";
            case HavingStep having:
                return new Words(branch, -1).Of(having.Clauses);
            default:
                return step.Text;
        }
    }

    private static string With(string type, Step step, Words words, string joint) => step.Clauses.IsEmpty ? type : $"{type}{joint}{words.Of(step.Clauses)}";
}
