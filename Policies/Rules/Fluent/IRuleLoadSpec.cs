using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Coral.Policies.Rules.Fluent;

/// <summary>Which rules to load.</summary>
public interface IRuleLoadSpec
{
    /// <summary>All rules of assemblies: those that are public and not nested, unless the specification says otherwise before.</summary>
    [RequiresUnreferencedCode("Rules that nothing else refers to may be trimmed away; name them")]
    IRuleLoadSpec From(params Assembly[] assemblies);

    /// <summary>These rules.</summary>
    IRuleLoadSpec From(params Type[] types);

    /// <summary>What a scan finds.</summary>
    IRuleLoadSpec From(Action<IRuleTypeScanner> scanAction);

    /// <summary>Only those of which this holds; may be said once.</summary>
    IRuleLoadSpec Where(Func<IRuleMetadata, bool> filter);

    /// <summary>Into a set of this name; may be said once.</summary>
    IRuleLoadSpec To(string ruleSetName);
}

/// <summary>Looks for rules.</summary>
public interface IRuleTypeScanner
{
    /// <summary>Those of assemblies.</summary>
    [RequiresUnreferencedCode("Rules that nothing else refers to may be trimmed away; name them")]
    IRuleTypeScanner Assembly(params Assembly[] assemblies);

    /// <summary>Those of the assembly of a type.</summary>
    [RequiresUnreferencedCode("Rules that nothing else refers to may be trimmed away; name them")]
    IRuleTypeScanner AssemblyOf<T>();

    /// <summary>These.</summary>
    IRuleTypeScanner Type(params Type[] types);

    /// <summary>Also those that are not public.</summary>
    IRuleTypeScanner PrivateTypes(bool include = true);

    /// <summary>Also those that stand inside another type.</summary>
    IRuleTypeScanner NestedTypes(bool include = true);
}

/// <summary>What attributes say of a rule.</summary>
public interface IRuleMetadata
{
    /// <summary>The type.</summary>
    Type RuleType { get; }

    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>What it is for, or empty.</summary>
    string Description { get; }

    /// <summary>Words to choose it by.</summary>
    string[] Tags { get; }
}

/// <summary>Shorthands of load filters.</summary>
public static class RuleMetadataExtensions
{
    /// <summary>Whether the rule has the tag.</summary>
    public static bool IsTagged(this IRuleMetadata metadata, string tag) => metadata.Tags.Contains(tag);
}
