using Coral.Policies.Rules.Dsl;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Fluent;

/// <summary>What the attributes of a rule type say.</summary>
internal sealed class RuleMetadata(Type type) : IRuleMetadata
{
    private readonly Attribute[] attributes = Attribute.GetCustomAttributes(type, inherit: true);

    public Type RuleType => type;

    public string Name => First<NameAttribute>()?.Value ?? type.FullName ?? type.Name;

    public string Description => First<DescriptionAttribute>()?.Value ?? "";

    public string[] Tags => [.. attributes.OfType<TagAttribute>().Select(tag => tag.Value).Distinct().Order(StringComparer.Ordinal)];

    internal int Priority => First<PriorityAttribute>()?.Value ?? 0;

    internal RuleRepeatability Repeatability => First<RepeatabilityAttribute>()?.Value ?? RuleRepeatability.Repeatable;

    private T? First<T>()
        where T : Attribute => attributes.OfType<T>().FirstOrDefault();
}
