namespace Coral.Policies.Rules;

/// <summary>An expression of a rule threw.</summary>
public class RuleExpressionEvaluationException(string message, string expression, Exception inner) : Exception(message, inner)
{
    /// <summary>The expression as text.</summary>
    public string Expression => expression;
}

/// <summary>A condition, a query or a computed value threw. The session is of no use any more.</summary>
public sealed class RuleLhsExpressionEvaluationException(string message, string rule, string expression, Exception inner)
    : RuleExpressionEvaluationException(message, expression, inner)
{
    /// <summary>The rule; the first by name where several share the condition.</summary>
    public string RuleName => rule;
}

/// <summary>An action threw. What it changed before stays changed.</summary>
public sealed class RuleRhsExpressionEvaluationException(string message, string rule, string expression, Exception inner)
    : RuleExpressionEvaluationException(message, expression, inner)
{
    /// <summary>The rule.</summary>
    public string RuleName => rule;
}

/// <summary>A filter of a rule threw.</summary>
public sealed class AgendaExpressionEvaluationException(string message, string rule, string expression, Exception inner)
    : RuleExpressionEvaluationException(message, expression, inner)
{
    /// <summary>The rule.</summary>
    public string RuleName => rule;
}

/// <summary>A rule can't be built from what it says.</summary>
public sealed class RuleDefinitionException(string message, Type ruleType, Exception inner) : Exception(message, inner)
{
    /// <summary>The rule's type.</summary>
    public Type RuleType => ruleType;
}

/// <summary>A rule can't be instantiated.</summary>
public sealed class RuleActivationException(string message, Type ruleType, Exception? inner) : Exception(message, inner)
{
    /// <summary>The rule's type.</summary>
    public Type RuleType => ruleType;
}

/// <summary>The rules of a session fired more often than <see cref="RuleCompilerOptions.FireLimit"/> allows: most likely they wake each other for ever.</summary>
public sealed class RuleFireLimitException(int limit, string ruleName)
    : Exception($"Rules fired {limit} times in one session, which is the limit; {ruleName} would be next. Rules that update or insert facts must not wake themselves or each other for ever")
{
    /// <summary>The limit.</summary>
    public int Limit => limit;

    /// <summary>The rule that would have fired next.</summary>
    public string RuleName => ruleName;
}
