namespace Coral.Policies.Rules.RuleModel;

/// <summary>What is known of a rule.</summary>
public interface IRuleDefinition
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>What it is for, or empty.</summary>
    string Description { get; }

    /// <summary>The larger goes first.</summary>
    int Priority { get; }

    /// <summary>Whether a match fires again after an update.</summary>
    RuleRepeatability Repeatability { get; }

    /// <summary>Words to choose it by.</summary>
    IEnumerable<string> Tags { get; }
}

/// <summary>Whether a match fires again after one of its facts was updated.</summary>
public enum RuleRepeatability
{
    /// <summary>It does.</summary>
    Repeatable = 0,

    /// <summary>Only after it was gone and came again.</summary>
    NonRepeatable = 1,
}

/// <summary>When an action runs.</summary>
[Flags]
public enum ActionTrigger
{
    /// <summary>Never.</summary>
    None = 0,

    /// <summary>When a match fires the first time.</summary>
    Activated = 1,

    /// <summary>When a match fires again.</summary>
    Reactivated = 2,

    /// <summary>When a match that fired is gone.</summary>
    Deactivated = 4,
}

/// <summary>Rules under a name.</summary>
public interface IRuleSet
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>The rules.</summary>
    IEnumerable<IRuleDefinition> Rules { get; }
}

/// <summary>A fact whose identity is not its value: it can be updated by another object of the same identity.</summary>
public interface IIdentityProvider
{
    /// <summary>What makes two objects of one type the same fact.</summary>
    object GetIdentity();
}
