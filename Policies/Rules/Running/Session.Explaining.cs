using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.Explaining;

namespace Coral.Policies.Rules.Running;

/// <summary>Says what a branch lacks. Goes the way of a search, but looks at each fact of a type and each part of a condition by itself.</summary>
internal sealed partial class Session
{
    internal Lack Lacks(Branch branch) => Lacks(branch, 0);

    private Lack Lacks(Branch branch, int at)
    {
        if (at == branch.Steps.Length)
            return branches[branch.Index].First is { Pending: true } ? new Lack(at, 0, "its turn", "rules ended before it fired") : new Lack(at, 0, "its filter", "a filter holds it back");
        switch (branch.Steps[at])
        {
            case MatchStep step:
                return Lacks(branch, at, step);
            case QuantifierStep step:
                return Any(branch, step) == step.Wanted ? Lacks(branch, at + 1) : Lacks(branch, at, step);
            case HavingStep step:
                var failing = Lack.FirstFailing(step.Clauses, tuple);
                return failing < 0 ? Lacks(branch, at + 1) : Lack.Failed(at, failing, "", new Words(branch, -1), step.Clauses[failing], tuple);
            case LetStep step:
                tuple[step.Place] = NewValue(Compute(branch, step, step.Value), LetStep.SameKey, 0, 0);
                return Lacks(branch, at + 1);
            case QueryStep step:
                var none = new Lack(at, 0, $"a result of the query {step.Text}", "it gives none");
                foreach (var item in Run(branch, step))
                {
                    tuple[step.Place] = NewValue(item.Value, item.Key, item.Stamp, item.Count);
                    none = none.OrFurther(Lacks(branch, at + 1));
                }

                return none;
            default:
                throw new InvalidOperationException();
        }
    }

    private Lack Lacks(Branch branch, int at, MatchStep step)
    {
        var words = new Words(branch, step.Place);
        var type = step.Alpha.Type;
        var best = Lack.NoFact(at, type, words, step.Clauses);
        foreach (var fact in facts.Items)
        {
            if (!type.IsInstanceOfType(fact.Value)) continue;
            tuple[step.Place] = fact;
            var failing = Lack.FirstFailing(step.Clauses, tuple);
            best = best.OrFurther(failing < 0 ? Lacks(branch, at + 1) : Lack.Failed(at, failing, type.Name, words, step.Clauses[failing], tuple));
        }

        return best;
    }

    private Lack Lacks(Branch branch, int at, QuantifierStep step)
    {
        var words = new Words(branch, step.Place);
        var type = step.Alpha.Type.Name;
        var stated = step.Clauses[..^step.Rest];
        var where = stated.IsEmpty ? type : $"{type} where {words.Of(stated)}";
        if (step.Kind == Quantifier.Exists) return new Lack(at, 0, $"some {where}", "there is none");
        // Any() has left the fact that stands against it in the tuple, unless it did not need to look.
        var found = Words.Value(step.Test is null ? memories[step.Alpha.Index, 0].Value : tuple[step.Place].Value);
        return step.Kind == Quantifier.Not
            ? new Lack(at, 0, $"no {where}", $"there is {found}")
            : new Lack(at, 0, $"every {where}: {words.Of(step.Clauses[^step.Rest..])}", $"not so for {found}");
    }
}
