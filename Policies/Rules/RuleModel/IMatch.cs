namespace Coral.Policies.Rules.RuleModel;

/// <summary>A combination of facts that meets the conditions of a rule.</summary>
public interface IMatch
{
    /// <summary>The rule.</summary>
    IRuleDefinition Rule { get; }

    /// <summary>Facts, query results and computed values, in the order of the conditions.</summary>
    IEnumerable<IFactMatch> Facts { get; }

    /// <summary>What made the rule fire for it.</summary>
    MatchTrigger Trigger { get; }
}

/// <summary>A part of a match.</summary>
public interface IFactMatch
{
    /// <summary>What the condition asked for.</summary>
    Declaration Declaration { get; }

    /// <summary>The fact or value.</summary>
    object? Value { get; }
}

/// <summary>The type and name of a part of a match; the name is empty where the rule gave none.</summary>
public sealed record Declaration(Type Type, string Name);

/// <summary>Why a match fires.</summary>
[Flags]
public enum MatchTrigger
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>It is new.</summary>
    Created = 1,

    /// <summary>One of its facts was updated.</summary>
    Updated = 2,

    /// <summary>It is gone.</summary>
    Removed = 4,
}
