using System.Diagnostics.CodeAnalysis;
using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Fluent;

/// <summary>Rules by set. Not thread safe; filled and compiled once a process.</summary>
public sealed class RuleRepository(IRuleActivator activator)
{
    private const string DefaultSet = "default";
    private readonly List<RuleSet> sets = [];

    /// <summary>Makes rules by reflection, for programs that are not trimmed.</summary>
    [RequiresUnreferencedCode("The constructors of rules are found by reflection; give a RuleList in a trimmed program")]
    public RuleRepository()
        : this(new RuleActivator())
    {
    }

    /// <summary>Makes rules of their types.</summary>
    public IRuleActivator Activator { get; set; } = activator;

    /// <summary>Loads rules: instantiates them and reads what they say.</summary>
    public void Load(Action<IRuleLoadSpec> specAction)
    {
        var spec = new RuleLoadSpec();
        specAction(spec);
        var name = spec.RuleSetName ?? DefaultSet;
        var set = sets.Find(set => set.Name == name);
        if (set is null) sets.Add(set = new RuleSet(name));
        foreach (var type in spec.Load())
        {
            foreach (var rule in Activate(type)) set.Add(rule.Build());
        }
    }

    /// <summary>All sets.</summary>
    public IEnumerable<IRuleSet> GetRuleSets() => sets;

    /// <summary>All rules.</summary>
    public IEnumerable<IRuleDefinition> GetRules() => sets.SelectMany(set => set.Rules);

    /// <summary>Compiles all rules.</summary>
    public ISessionFactory Compile() => new RuleCompiler().Compile(GetRuleSets());

    /// <summary>Compiles all rules until cancelled.</summary>
    public ISessionFactory Compile(CancellationToken cancellationToken) => new RuleCompiler().Compile(GetRuleSets(), cancellationToken);

    private IReadOnlyList<Rule> Activate(Type type)
    {
        try
        {
            return [.. Activator.Activate(type)];
        }
        catch (Exception e) when (e is not RuleActivationException)
        {
            throw new RuleActivationException($"Rule {type.FullName} can't be made: {e.Message}", type, e);
        }
    }
}

/// <summary>Rules under a name.</summary>
public sealed class RuleSet(string name) : IRuleSet
{
    private readonly List<IRuleDefinition> rules = [];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IEnumerable<IRuleDefinition> Rules => rules;

    internal void Add(RuleDefinition rule) => rules.Add(rule);
}
