using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using Coral.Policies.Rules.RuleModel;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>Compiles one alternative of a rule.</summary>
internal sealed class BranchBuilder(RuleDefinition rule, TupleBinder binder, AlphaTable alphas)
{
    private readonly List<Declaration> declarations = [];
    private readonly List<(AlphaNode Alpha, int Step, UseKind Kind, bool Alone)> uses = [];

    internal Branch Build(List<Element> elements, int index, int level)
    {
        // A quantifier's candidate stands behind all that a match holds.
        var width = elements.Count(element => element is FactElement or LetElement or QueryElement);
        var steps = elements.Select((element, step) => Compile(element, step, width)).ToImmutableArray();
        var branch = new Branch(index, level, rule)
        {
            Steps = steps,
            Declarations = [.. declarations],
            Needs = [.. steps.Select(Needed).OfType<AlphaNode>().Select(alpha => alpha.Index).Distinct()],
            HasQuery = steps.Any(step => step is QueryStep),
            Actions = [.. rule.Actions.Select(Compile)],
            Where = [.. rule.Where.Select(binder.Test)],
            OnChange = [.. rule.OnChange.Select(binder.Value)],
        };
        foreach (var (alpha, step, kind, alone) in uses) alpha.Add(new Use(branch, step, kind, alone));
        return branch;
    }

    private Step Compile(Element element, int step, int candidate) => element switch
    {
        FactElement fact => Fact(fact, step),
        QuantifierElement quantifier => Quantified(quantifier, step, candidate),
        HavingElement having => new HavingStep(binder.Test(Both(having.Conditions)))
        {
            Stated = having.Conditions.Select(condition => condition.Body),
            Clauses = [.. having.Conditions.SelectMany(condition => Conjuncts.Of(condition.Body)).Select(clause => binder.OverTuple(new Conjunct(NoFact, clause), candidate))],
        },
        LetElement let => Let(let),
        QueryElement query => Query(query, step),
        _ => throw new ArgumentException($"{element.GetType().Name} can't stand here"),
    };

    private static readonly ParameterExpression NoFact = Expression.Parameter(typeof(object));

    private MatchStep Fact(FactElement element, int step)
    {
        var place = Place(element.Alias, element.Type);
        var (alone, joined) = Conjuncts.Split(element.Conditions, binder);
        var alpha = Use(element.Type, alone, step, UseKind.Match, joined.Count == 0);
        return new MatchStep(alpha, place, binder.Test(joined, place)) { Stated = Bodies(joined), Clauses = Clauses(alone, joined, place) };
    }

    private QuantifierStep Quantified(QuantifierElement element, int step, int candidate)
    {
        var (alone, joined) = Conjuncts.Split(element.Conditions, binder);
        ImmutableArray<Expression> rest = [];
        if (element.Rest.Length > 0)
        {
            rest = [.. element.Rest.SelectMany(Conjuncts.Of).Select(conjunct => binder.OverTuple(conjunct, candidate))];
            var not = Conjuncts.NotAll(element.Rest);
            (joined.Count > 0 || binder.UsesAlias(not.Body) ? joined : alone).Add(not);
        }

        var kind = element.Kind == Quantifier.Exists ? UseKind.Exists : UseKind.Not;
        var alpha = Use(element.Type, alone, step, kind, joined.Count == 0);
        var stated = element.Conditions.SelectMany(Conjuncts.Of).Select(conjunct => binder.OverTuple(conjunct, candidate));
        return new QuantifierStep(alpha, element.Kind, candidate, binder.Test(joined, candidate)) { Stated = Bodies(joined), Clauses = [.. stated, .. rest], Rest = rest.Length };
    }

    private LetStep Let(LetElement element)
    {
        var value = binder.Value(element.Value);
        return new LetStep(Place(element.Alias, element.Alias.FieldType), value) { Stated = [element.Value.Body] };
    }

    private QueryStep Query(QueryElement element, int step)
    {
        var query = element.Query;
        var stages = query.Bind(binder);
        var place = declarations.Count;
        if (query.FactType is not { } type)
        {
            var value = binder.Value(query.Value ?? throw new ArgumentException("A query needs a source: Match<T>() or From()"));
            return new QueryStep(null, value, null, Place(element.Alias, element.Alias.FieldType), stages) { Stated = [Expression.Parameter(element.Alias.FieldType, element.Alias.Name)] };
        }

        var (alone, joined) = Conjuncts.Split(query.Conditions, binder);
        var alpha = Use(type, alone, step, UseKind.Query, joined.Count == 0);
        var test = binder.Test(joined, place);
        return new QueryStep(alpha, null, test, Place(element.Alias, element.Alias.FieldType), stages) { Stated = [Expression.Parameter(element.Alias.FieldType, element.Alias.Name)] };
    }

    private static AlphaNode? Needed(Step step) => step switch
    {
        MatchStep match => match.Alpha,
        QuantifierStep { Kind: Quantifier.Exists } exists => exists.Alpha,
        _ => null,
    };

    private CompiledAction Compile(ActionDraft action) =>
        action.Yields
            ? new CompiledAction(action, null, binder.Yield(action.Do), action.Again is null ? null : binder.Again(action.Again))
            : new CompiledAction(action, binder.Action(action.Do), null, null);

    private int Place(FieldInfo? alias, Type type)
    {
        if (alias is not null) binder.Declare(alias, declarations.Count);
        declarations.Add(new Declaration(type, alias?.Name ?? ""));
        return declarations.Count - 1;
    }

    private AlphaNode Use(Type type, List<Conjunct> alone, int step, UseKind kind, bool isAlone)
    {
        var alpha = alphas.Get(type, alone, rule.Name);
        uses.Add((alpha, step, kind, isAlone));
        return alpha;
    }

    private ImmutableArray<Expression> Clauses(List<Conjunct> alone, List<Conjunct> joined, int place) =>
        [.. alone.Concat(joined).Select(conjunct => binder.OverTuple(conjunct, place))];

    private static Expression<Func<bool>> Both(LambdaExpression[] conditions) =>
        Expression.Lambda<Func<bool>>(conditions.Select(condition => condition.Body).Aggregate(Expression.AndAlso));

    private static IEnumerable<Expression> Bodies(List<Conjunct> conjuncts) => conjuncts.Select(conjunct => conjunct.Body);
}
