using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Running;

/// <summary>Evaluates conditions. One that throws makes the change throw, unless a listener handles it: then it does not hold.</summary>
internal sealed partial class Session
{
    private BitSet Sift(Fact fact)
    {
        try
        {
            return fact.Type.Sift(fact.Value!);
        }
        catch (Exception)
        {
            return SiftOneByOne(fact);
        }
    }

    /// <summary>Finds out which condition throws.</summary>
    private BitSet SiftOneByOne(Fact fact)
    {
        var passed = default(BitSet);
        var nodes = fact.Type.Nodes;
        for (var i = 0; i < nodes.Length; i++)
        {
            try
            {
                if (Sieve.Passes(nodes[i], fact.Value!)) passed.Set(i);
            }
            catch (Exception e)
            {
                _ = Failed(e, nodes[i].Rule, nodes[i].Text);
            }
        }

        return passed;
    }

    private bool Holds(Branch branch, Step step, Compiled<Func<Fact[], bool>> test)
    {
        try
        {
            return test.Run(tuple);
        }
        catch (Exception e)
        {
            return Failed(e, branch.Rule.Name, step.Text);
        }
    }

    private object? Compute(Branch branch, Step step, Compiled<Func<Fact[], object?>> value)
    {
        try
        {
            return value.Run(tuple);
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
