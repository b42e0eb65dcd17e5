using System.Reflection;
using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Fluent;

/// <summary>What the attributes of a rule type say.</summary>
internal sealed class RuleMetadata(Type type) : IRuleMetadata
{
    public Type RuleType => type;

    public string Name { get; } = type.GetCustomAttribute<NameAttribute>(inherit: false)?.Value ?? type.FullName ?? type.Name;

    public string Description { get; } = type.GetCustomAttribute<DescriptionAttribute>(inherit: false)?.Value ?? "";

    public string[] Tags { get; } = [.. type.GetCustomAttributes<TagAttribute>(inherit: true).Select(tag => tag.Value).Distinct().Order(StringComparer.Ordinal)];

    internal int Priority { get; } = type.GetCustomAttribute<PriorityAttribute>(inherit: true)?.Value ?? 0;

    internal RuleRepeatability Repeatability { get; } = type.GetCustomAttribute<RepeatabilityAttribute>(inherit: true)?.Value ?? RuleRepeatability.Repeatable;
}
