using System.Collections.Immutable;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>Compiles rules in the order of their names, so that nothing depends on the order in which they were loaded.</summary>
internal static class NetworkBuilder
{
    internal static Network Build(IEnumerable<RuleDefinition> definitions, CancellationToken cancellation)
    {
        var rules = definitions
            .OrderBy(rule => rule.Name, StringComparer.Ordinal)
            .ThenBy(rule => rule.RuleType.FullName, StringComparer.Ordinal)
            .ToList();
        var priorities = rules.Select(rule => rule.Priority).Distinct().OrderDescending().ToList();
        var alphas = new AlphaTable();
        var branches = ImmutableArray.CreateBuilder<Branch>();
        foreach (var rule in rules)
        {
            cancellation.ThrowIfCancellationRequested();
            branches.AddRange(Compile(rule, priorities.IndexOf(rule.Priority), branches.Count, alphas));
        }

        return new Network(alphas.Nodes, branches.ToImmutable(), priorities.Count);
    }

    private static IEnumerable<Branch> Compile(RuleDefinition rule, int level, int index, AlphaTable alphas)
    {
        var compiled = new List<Branch>();
        try
        {
            foreach (var alternative in Alternatives.Of(rule.When))
                compiled.Add(new BranchBuilder(rule, new TupleBinder(rule.Dependencies), alphas).Build(alternative, index + compiled.Count, level));
        }
        catch (ArgumentException e)
        {
            throw new RuleDefinitionException($"Rule {rule.Name} can't be compiled: {e.Message}", rule.RuleType, e);
        }

        return compiled;
    }
}
