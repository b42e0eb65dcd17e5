namespace Coral.Policies.Rules.Running;

/// <summary>Evaluates conditions. One that throws makes the change throw, unless a listener handles it: then it does not hold.</summary>
internal sealed partial class Session
{
    private bool Passes(AlphaNode node, object value)
    {
        if (node.Test is not { } test) return true;
        try
        {
            return test(value);
        }
        catch (Exception e)
        {
            return Failed(e, node.Rule, node.Text);
        }
    }

    private bool Holds(Branch branch, Step step, Func<Fact[], bool> test)
    {
        try
        {
            return test(tuple);
        }
        catch (Exception e)
        {
            return Failed(e, branch.Rule.Name, step.Text);
        }
    }

    private object? Compute(Branch branch, Step step, Func<Fact[], object?> value)
    {
        try
        {
            return value(tuple);
        }
        catch (Exception e)
        {
            _ = Failed(e, branch.Rule.Name, step.Text);
            return null;
        }
    }

    private bool Failed(Exception exception, string rule, string expression)
    {
        if (events?.ConditionFailed(this, rule, expression, exception) == true) return false;
        throw new RuleLhsExpressionEvaluationException($"Rule {rule}: a condition failed: {expression}: {exception.Message}", rule, expression, exception);
    }
}
