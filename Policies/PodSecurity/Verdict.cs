using System.Collections.Immutable;
using System.Text;

namespace Coral.Policies.PodSecurity;

/// <summary>One check that refuses the pod: its id, the short reason, and the values that are to blame, worded as the API server does.</summary>
public sealed record Violation(string Check, string Reason, string Detail);

/// <summary>What the standards say about a pod. Immutable.</summary>
public sealed class Verdict
{
    /// <summary>Nothing against the pod; the one instance for all allowed pods.</summary>
    public static readonly Verdict Allow = new([]);

    internal Verdict(ImmutableArray<Violation> violations) => Violations = violations;

    /// <summary>Whether no check refuses the pod.</summary>
    public bool Allowed => Violations.IsEmpty;

    /// <summary>All checks that refuse it: the baseline ones by id, then the restricted ones by id.</summary>
    public ImmutableArray<Violation> Violations { get; }

    /// <summary>
    /// What the API server's 403 says after <c>pods "NAME" is forbidden: </c>. It names the version that was asked for, even where an older one was evaluated.
    /// Empty when the pod is allowed.
    /// </summary>
    public string ForbiddenText(LevelVersion asked) => Text("violates", asked);

    /// <summary>The same in at most <paramref name="most"/> characters if the reasons alone fit: then the details, which name containers and values, are left out.</summary>
    public string ForbiddenText(LevelVersion asked, int most) => ForbiddenText(asked) is var whole && whole.Length <= most ? whole : Text("violates", asked, details: false);

    /// <summary>The API server's warning in the warn mode. Empty when the pod is allowed.</summary>
    public string WarningText(LevelVersion asked) => Text("would violate", asked);

    private string Text(string verb, LevelVersion asked, bool details = true)
    {
        if (Allowed) return "";
        var text = new StringBuilder(256).Append(verb).Append(" PodSecurity \"").Append(asked).Append("\": ");
        foreach (var violation in Violations)
        {
            if (violation != Violations[0]) text.Append(", ");
            text.Append(violation.Reason);
            if (details && violation.Detail.Length > 0) text.Append(" (").Append(violation.Detail).Append(')');
        }

        return text.ToString();
    }
}
