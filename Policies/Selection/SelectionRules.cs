namespace Coral.Policies.Selection;

/// <summary>The rules that choose (design §3, steps 1 to 5), compiled once a process. Thread safe.</summary>
internal static class SelectionRules
{
    private static readonly Lazy<ISessionFactory> Compiled = new(Compile);

    /// <summary>All of them.</summary>
    internal static RuleList List()
    {
        var rules = new RuleList();
        GuardRules.AddTo(rules);
        OptInRules.AddTo(rules);
        PolicyRules.AddTo(rules);
        LevelRules.AddTo(rules);
        NodeRules.AddTo(rules);
        CandidateRules.AddTo(rules);
        ModeRules.AddTo(rules);
        return EndRules.AddTo(rules);
    }

    /// <summary>Makes sessions over them.</summary>
    internal static ISessionFactory Factory => Compiled.Value;

    private static ISessionFactory Compile()
    {
        var rules = List();
        var repository = new RuleRepository(rules);
        repository.Load(x => x.From(scan => scan.Type(rules.Types).PrivateTypes().NestedTypes()));
        return repository.Compile();
    }
}
