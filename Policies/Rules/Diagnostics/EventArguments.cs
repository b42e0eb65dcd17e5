using System.Linq.Expressions;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Diagnostics;

/// <summary>A fact of a session.</summary>
public interface IFact
{
    /// <summary>Its type.</summary>
    Type Type { get; }

    /// <summary>The object.</summary>
    object? Value { get; }
}

/// <summary>Of a match.</summary>
public sealed class AgendaEventArgs(IMatch match) : EventArgs
{
    /// <summary>The rule.</summary>
    public IRuleDefinition Rule => match.Rule;

    /// <summary>Its facts.</summary>
    public IEnumerable<IFactMatch> Facts => match.Facts;

    /// <summary>The match.</summary>
    public IMatch Match => match;
}

/// <summary>Of a fact.</summary>
public sealed class WorkingMemoryEventArgs(IFact fact) : EventArgs
{
    /// <summary>The fact.</summary>
    public IFact Fact => fact;
}

/// <summary>Of a mistake that a listener may handle.</summary>
public abstract class RecoverableErrorEventArgs(Exception exception) : EventArgs
{
    /// <summary>What was thrown.</summary>
    public Exception Exception => exception;

    /// <summary>Set by a listener: go on as if the condition did not hold, the filter let nothing pass or the action had ended.</summary>
    public bool IsHandled { get; set; }
}

/// <summary>Of a condition.</summary>
public sealed class LhsExpressionErrorEventArgs(string ruleName, string expression, Exception exception) : RecoverableErrorEventArgs(exception)
{
    /// <summary>The rule; the first by name where several share the condition.</summary>
    public string RuleName => ruleName;

    /// <summary>The condition.</summary>
    public string Expression => expression;
}

/// <summary>Of a filter.</summary>
public sealed class AgendaExpressionErrorEventArgs(IRuleDefinition rule, Exception exception) : RecoverableErrorEventArgs(exception)
{
    /// <summary>The rule.</summary>
    public IRuleDefinition Rule => rule;
}

/// <summary>Of an action.</summary>
public sealed class RhsExpressionErrorEventArgs(IMatch match, LambdaExpression expression, Exception exception) : RecoverableErrorEventArgs(exception)
{
    /// <summary>The rule.</summary>
    public IRuleDefinition Rule => match.Rule;

    /// <summary>The match.</summary>
    public IMatch Match => match;

    /// <summary>The action.</summary>
    public LambdaExpression Expression => expression;
}
