using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>A combination of facts that meets a branch: an activation once it is on the agenda.</summary>
internal sealed class Match : IMatch
{
    internal Branch Branch { get; set; } = null!;

    /// <summary>Its facts, and perhaps room behind them.</summary>
    internal Fact[] Facts { get; set; } = [];

    /// <summary>With <see cref="Counts"/> it tells whether the match changed since it was last looked at.</summary>
    internal long Stamp { get; set; }

    internal long Counts { get; set; }

    /// <summary>The last search that found it.</summary>
    internal long Seen { get; set; }

    // The matches of the branch.
    internal Match? Next { get; set; }

    internal Match? Previous { get; set; }

    // The agenda.
    internal Match? After { get; set; }

    internal Match? Before { get; set; }

    internal bool Pending { get; set; }

    /// <summary>The change of the session that put it onto the agenda.</summary>
    internal long Change { get; set; }

    internal bool Fired { get; set; }

    internal bool Gone { get; set; }

    public MatchTrigger Trigger { get; internal set; }

    /// <summary>The keys of <c>OnChange</c> when it last fired.</summary>
    internal object?[]? Keys { get; set; }

    /// <summary>The facts that last as long as it does, the newest first.</summary>
    internal Fact? Linked { get; set; }

    public IRuleDefinition Rule => Branch.Rule;

    internal ReadOnlySpan<Fact> Tuple => Facts.AsSpan(0, Branch.Width);

    IEnumerable<IFactMatch> IMatch.Facts
    {
        get
        {
            var parts = new IFactMatch[Branch.Width];
            for (var i = 0; i < parts.Length; i++) parts[i] = new FactMatch(Branch.Declarations[i], Facts[i].Value);
            return parts;
        }
    }

    /// <summary>Forgets all but its room, which facts are written over.</summary>
    internal void Reset()
    {
        Next = Previous = After = Before = null;
        Linked = null;
        Keys = null;
        Pending = Fired = Gone = false;
        Seen = 0;
    }

    private sealed record FactMatch(Declaration Declaration, object? Value) : IFactMatch;
}
