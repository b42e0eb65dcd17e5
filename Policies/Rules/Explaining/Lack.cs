using System.Linq.Expressions;
using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.RuleModel;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Explaining;

/// <summary>What a branch lacks: the condition that came furthest and failed.</summary>
internal sealed record Lack(int Step, int Clause, string Condition, string Because)
{
    internal UnfiredRule Of(IRuleDefinition rule) => new(rule, Condition, Because);

    internal Lack OrFurther(Lack other) => (other.Step, other.Clause).CompareTo((Step, Clause)) > 0 ? other : this;

    /// <summary>No fact of a type.</summary>
    internal static Lack NoFact(int step, Type type, Words words, IReadOnlyCollection<Expression> clauses) =>
        new(step, -1, clauses.Count == 0 ? $"a {type.Name}" : $"{type.Name}: {words.Of(clauses)}", $"there is no {type.Name}");

    /// <summary>A clause that a fact fails.</summary>
    internal static Lack Failed(int step, int index, string type, Words words, Expression clause, Fact[] tuple)
    {
        var because = Words.Subject(clause) is { } subject ? $"it is {Value(subject, tuple)}" : "";
        return new Lack(step, index, type.Length == 0 ? words.Of(clause) : $"{type}: {words.Of(clause)}", because);
    }

    /// <summary>The first clause that fails, or -1; one that throws fails.</summary>
    internal static int FirstFailing(IReadOnlyList<Expression> clauses, Fact[] tuple)
    {
        for (var i = 0; i < clauses.Count; i++)
        {
            try
            {
                if (!TupleBinder.TestOf(clauses[i])(tuple)) return i;
            }
            catch (Exception)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Value(Expression subject, Fact[] tuple)
    {
        try
        {
            return Words.Value(TupleBinder.ValueOf(subject)(tuple));
        }
        catch (Exception e)
        {
            return $"unknown, {e.Message}";
        }
    }
}
