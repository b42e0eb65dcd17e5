using System.Collections.Immutable;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Explaining;

/// <summary>
/// Which rules fired in a session, in order, and nothing else: a session keeps that anyway, so it costs nothing until it is read. Ask for it before the
/// session fires, because another engine than ours has to listen, and read it before the session is disposed.
/// </summary>
public readonly struct FiredRules
{
    private readonly Session session;

    private FiredRules(Session session) => this.session = session;

    /// <summary>How many firings there were.</summary>
    public int Count => session.Fired.Length;

    /// <summary>The names of the rules, one a firing.</summary>
    public ImmutableArray<string> Names
    {
        get
        {
            var fired = session.Fired;
            var names = ImmutableArray.CreateBuilder<string>(fired.Length);
            foreach (var branch in fired) names.Add(branch.Rule.Name);
            return names.MoveToImmutable();
        }
    }

    /// <summary>Of a session, from here on.</summary>
    public static FiredRules Of(ISession session) => new((Session)session);
}
