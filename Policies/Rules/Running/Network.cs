using System.Collections.Immutable;
using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>Compiled rules: immutable but for the cache of types, shared by all sessions.</summary>
internal sealed class Network(ImmutableArray<AlphaNode> alphas, ImmutableArray<Branch> branches, int levels)
{
    private readonly TypeTable types = new(alphas);

    internal ImmutableArray<AlphaNode> Alphas => alphas;

    /// <summary>In the order of the rules' names.</summary>
    internal ImmutableArray<Branch> Branches => branches;

    /// <summary>How many different priorities there are.</summary>
    internal int Levels => levels;

    /// <summary>The widest tuple, with the place of a quantifier's candidate.</summary>
    internal int Width { get; } = branches.Length == 0 ? 1 : branches.Max(branch => branch.Width) + 1;

    /// <summary>Those that may match where there is no fact at all.</summary>
    internal ImmutableArray<Branch> FromNothing { get; } = [.. branches.Where(branch => branch.Needs.Length == 0)];

    /// <summary>By branch, how many alpha nodes must not be empty.</summary>
    internal ImmutableArray<int> NeedCounts { get; } = [.. branches.Select(branch => branch.Needs.Length)];

    /// <summary>How many types of facts were seen so far.</summary>
    internal int TypesSeen => types.Count;

    /// <summary>What asks for facts of a type.</summary>
    internal FactType For(Type type) => types.Get(type);
}

/// <summary>Facts of a type that meet conditions on themselves alone; shared by all rules that ask for the same.</summary>
internal sealed class AlphaNode(int index, Type type, IReadOnlyList<Conjunct> conditions, string rule)
{
    private readonly List<Use> uses = [];

    internal int Index => index;

    internal Type Type => type;

    internal IReadOnlyList<Conjunct> Conditions => conditions;

    /// <summary>The conditions, for the message if one throws.</summary>
    internal string Text => string.Join(" && ", conditions.Select(conjunct => conjunct.Body));

    /// <summary>The first rule that asks.</summary>
    internal string Rule => rule;

    internal Use[] Uses { get; private set; } = [];

    /// <summary>The branches that can't match while no fact meets the conditions.</summary>
    internal int[] NeededBy { get; private set; } = [];

    internal void Add(Use use)
    {
        uses.Add(use);
        Uses = [.. uses];
        NeededBy = [.. uses.Where(one => one.Branch.Needs.Contains(index)).Select(one => one.Branch.Index).Distinct()];
    }
}

/// <summary>Where a rule asks for the facts of an <see cref="AlphaNode"/>.</summary>
internal readonly record struct Use(Branch Branch, int Index, int Step, UseKind Kind, bool Alone)
{
    internal Use(Branch branch, int step, UseKind kind, bool alone)
        : this(branch, branch.Index, step, kind, alone)
    {
    }
}

internal enum UseKind
{
    Match,
    Exists,
    Not,
    Query,
}

/// <summary>One way in which a rule can match: a rule has one for each alternative of its <c>Or</c>s.</summary>
internal sealed class Branch(int index, int level, RuleDefinition rule)
{
    internal int Index => index;

    /// <summary>The rank of its priority; 0 goes first.</summary>
    internal int Level => level;

    internal RuleDefinition Rule => rule;

    internal ImmutableArray<Step> Steps { get; init; }

    /// <summary>The length of a tuple.</summary>
    internal int Width => Declarations.Length;

    internal required ImmutableArray<Declaration> Declarations { get; init; }

    /// <summary>The alpha nodes that must not be empty.</summary>
    internal required int[] Needs { get; init; }

    /// <summary>Whether matches are found anew as a whole whenever a fact comes, because a query stands among the conditions.</summary>
    internal required bool HasQuery { get; init; }

    internal required ImmutableArray<CompiledAction> Actions { get; init; }

    internal required ImmutableArray<Compiled<Func<Fact[], bool>>> Where { get; init; }

    internal required ImmutableArray<Compiled<Func<Fact[], object?>>> OnChange { get; init; }

    internal bool HasUndo { get; } = rule.Actions.Any(action => action.Trigger.HasFlag(ActionTrigger.Deactivated));

    internal bool Repeats => rule.Repeatability == RuleRepeatability.Repeatable;
}

/// <summary>An action, or what yields a fact under the action itself as its key.</summary>
internal sealed class CompiledAction(
    ActionDraft draft, Compiled<Action<IContext, Fact[]>>? act, Compiled<Func<IContext, Fact[], object?>>? yields, Compiled<Func<IContext, Fact[], object?, object?>>? again)
{
    internal ActionDraft Draft => draft;

    internal Action<IContext, Fact[]>? Do => act?.Run;

    internal Func<IContext, Fact[], object?>? Yield => yields?.Run;

    internal Func<IContext, Fact[], object?, object?>? Again => again?.Run;
}
