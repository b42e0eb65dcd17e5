using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Dsl;

/// <summary>The rule's name; without it the full name of its type.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NameAttribute(string value) : Attribute
{
    /// <summary>The name.</summary>
    public string Value => value;
}

/// <summary>What the rule is for, in a sentence.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DescriptionAttribute(string value) : Attribute
{
    /// <summary>The sentence.</summary>
    public string Value => value;
}

/// <summary>The larger goes first; 0 by default. A derived rule inherits it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PriorityAttribute(int value) : Attribute
{
    /// <summary>The priority.</summary>
    public int Value => value;
}

/// <summary>Whether a match fires again after one of its facts was updated; it does by default.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RepeatabilityAttribute(RuleRepeatability value) : Attribute
{
    /// <summary>The repeatability.</summary>
    public RuleRepeatability Value => value;
}

/// <summary>A word to choose rules by when they are loaded. A derived rule inherits it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TagAttribute(string value) : Attribute
{
    /// <summary>The word.</summary>
    public string Value => value;
}
