namespace Coral.Policies.Tests.Rules;

/// <summary>Compiles rules that are named.</summary>
internal static class RuleSets
{
    internal static ISessionFactory Compile(RuleList rules)
    {
        var repository = new RuleRepository(rules);
        repository.Load(x => x.From(scan => scan.Type(rules.Types).PrivateTypes().NestedTypes()));
        return repository.Compile();
    }
}
