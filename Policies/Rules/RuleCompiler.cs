using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.RuleModel;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules;

/// <summary>Compiles rules. Costs milliseconds: once a process.</summary>
public sealed class RuleCompiler
{
    /// <summary>What is compiled, and how sessions are bounded.</summary>
    public RuleCompilerOptions Options { get; } = new();

    /// <summary>Compiles the rules of sets.</summary>
    public ISessionFactory Compile(IEnumerable<IRuleSet> ruleSets) => Compile(ruleSets, CancellationToken.None);

    /// <summary>Compiles the rules of sets until cancelled.</summary>
    public ISessionFactory Compile(IEnumerable<IRuleSet> ruleSets, CancellationToken cancellationToken) =>
        Compile(ruleSets.SelectMany(set => set.Rules), cancellationToken);

    /// <summary>Compiles rules.</summary>
    public ISessionFactory Compile(IEnumerable<IRuleDefinition> ruleDefinitions) => Compile(ruleDefinitions, CancellationToken.None);

    /// <summary>Compiles rules until cancelled. The order in which they are given does not matter.</summary>
    public ISessionFactory Compile(IEnumerable<IRuleDefinition> ruleDefinitions, CancellationToken cancellationToken) =>
        new SessionFactory(NetworkBuilder.Build(ruleDefinitions.Cast<RuleDefinition>(), cancellationToken), Options.FireLimit);
}

/// <summary>Choices of a compiler.</summary>
public sealed class RuleCompilerOptions
{
    /// <summary>How many firings a session may have in all, 1 000 unless said: far above what a decision needs, and low enough to end a loop within milliseconds.</summary>
    public int FireLimit { get; set; } = 1_000;
}
