namespace Coral.Policies.Tests.Rules;

/// <summary>Compiles rules that are named.</summary>
internal static class RuleSets
{
    internal static ISessionFactory Compile(RuleList rules, int limit = 1_000)
    {
        var repository = new RuleRepository(rules);
        repository.Load(x => x.From(scan => scan.Type(rules.Types).PrivateTypes().NestedTypes()));
        return new RuleCompiler { Options = { FireLimit = limit } }.Compile(repository.GetRuleSets());
    }
}
