using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>A combination of facts that meets a branch: an activation once it is on the agenda.</summary>
internal sealed class Match(Branch branch, Fact[] facts) : IMatch
{
    internal Branch Branch => branch;

    internal Fact[] Facts { get; set; } = facts;

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

    public IRuleDefinition Rule => branch.Rule;

    IEnumerable<IFactMatch> IMatch.Facts
    {
        get
        {
            var parts = new IFactMatch[Facts.Length];
            for (var i = 0; i < parts.Length; i++) parts[i] = new FactMatch(branch.Declarations[i], Facts[i].Value);
            return parts;
        }
    }

    private sealed record FactMatch(Declaration Declaration, object? Value) : IFactMatch;
}
