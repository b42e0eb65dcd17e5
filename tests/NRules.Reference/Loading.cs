using System.Reflection;
using NRules.Fluent.Dsl;
using NRules.RuleModel;

namespace NRules.Fluent;

public interface IRuleActivator
{
    IEnumerable<Rule> Activate(Type type);
}

public class RuleRepository : IRuleRepository
{
    public RuleRepository() => throw null!;

    public RuleRepository(IRuleActivator activator) => throw null!;

    public IRuleActivator Activator
    {
        get => throw null!;
        set => throw null!;
    }

    public IEnumerable<IRuleSet> GetRuleSets() => throw null!;

    public void Load(Action<IRuleLoadSpec> specAction) => throw null!;
}

public interface IRuleLoadSpec
{
    IRuleLoadSpec From(params Assembly[] assemblies);

    IRuleLoadSpec From(params Type[] types);

    IRuleLoadSpec From(Action<IRuleTypeScanner> scanAction);

    IRuleLoadSpec Where(Func<IRuleMetadata, bool> filter);

    IRuleLoadSpec To(string ruleSetName);
}

public interface IRuleTypeScanner
{
    IRuleTypeScanner Assembly(params Assembly[] assemblies);

    IRuleTypeScanner AssemblyOf<T>();

    IRuleTypeScanner Type(params Type[] types);

    IRuleTypeScanner PrivateTypes(bool include = true);

    IRuleTypeScanner NestedTypes(bool include = true);
}

public interface IRuleMetadata
{
    Type RuleType { get; }

    string Name { get; }

    string Description { get; }

    string[] Tags { get; }
}

public static class RuleMetadataExtensions
{
    public static bool IsTagged(this IRuleMetadata metadata, string tag) => throw null!;
}

public class RuleDefinitionException : Exception
{
    public Type RuleType => throw null!;
}

public class RuleActivationException : Exception
{
    public Type RuleType => throw null!;
}
