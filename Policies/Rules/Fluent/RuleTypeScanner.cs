using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Coral.Policies.Rules.Dsl;

namespace Coral.Policies.Rules.Fluent;

/// <summary>Finds rule types. A type that is named but can't be loaded is a mistake; one of an assembly is passed over.</summary>
internal sealed class RuleTypeScanner : IRuleTypeScanner
{
    private readonly List<(Type Type, bool Named)> found = [];
    private bool privateTypes;
    private bool nestedTypes;

    [RequiresUnreferencedCode("Rules that nothing else refers to may be trimmed away; name them")]
    public IRuleTypeScanner Assembly(params Assembly[] assemblies)
    {
        foreach (var assembly in assemblies) found.AddRange(assembly.GetTypes().Where(IsRule).Select(type => (type, false)));
        return this;
    }

    [RequiresUnreferencedCode("Rules that nothing else refers to may be trimmed away; name them")]
    public IRuleTypeScanner AssemblyOf<T>() => Assembly(typeof(T).Assembly);

    public IRuleTypeScanner Type(params Type[] types)
    {
        found.AddRange(types.Select(type => (type, true)));
        return this;
    }

    public IRuleTypeScanner PrivateTypes(bool include = true)
    {
        privateTypes = include;
        return this;
    }

    public IRuleTypeScanner NestedTypes(bool include = true)
    {
        nestedTypes = include;
        return this;
    }

    internal IEnumerable<Type> Types()
    {
        foreach (var (type, named) in found)
        {
            var problem = Problem(type);
            if (problem is null) yield return type;
            else if (named) throw new ArgumentException($"{type.FullName} can't be loaded as a rule: {problem}");
        }
    }

    private string? Problem(Type type) =>
        !IsRule(type) ? "it is not a concrete class that derives from Rule"
        : type.IsNested && !nestedTypes ? "it stands inside another type, and NestedTypes() was not said"
        : !type.IsVisible && !privateTypes && !(type.IsNestedPublic && nestedTypes) ? "it is not public, and PrivateTypes() was not said"
        : null;

    private static bool IsRule(Type type) => type is { IsAbstract: false, IsGenericTypeDefinition: false } && typeof(Rule).IsAssignableFrom(type);
}
