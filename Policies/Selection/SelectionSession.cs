using System.Collections.Immutable;

namespace Coral.Policies.Selection;

/// <summary>One run of the rules that choose. Not thread safe.</summary>
internal sealed class SelectionSession : IDisposable
{
    private readonly ISession session = SelectionRules.Factory.CreateSession();
    private readonly FiredRules fired;

    internal SelectionSession() => fired = FiredRules.Of(session);

    /// <summary>The names of the rules that fired, in order.</summary>
    internal ImmutableArray<string> Fired => fired.Names;

    /// <summary>Switched on before the rules run.</summary>
    internal SelectionTrace Trace() => new(session);

    /// <summary>How a request ends.</summary>
    internal Conclusion Conclude(Applicant pod) => Run<Conclusion>(pod);

    /// <summary>The level that decides.</summary>
    internal EffectiveLevel Level(LevelSources sources) => Run<LevelFound>(sources).Level;

    public void Dispose() => (session as IDisposable)?.Dispose();

    private T Run<T>(object fact)
        where T : class
    {
        session.Insert(fact);
        session.Fire();
        T? end = null;
        foreach (var one in session.Query<T>())
        {
            if (end is not null) throw new InvalidOperationException($"the rules came to two of {typeof(T).Name}: {string.Join(", ", Fired)}");
            end = one;
        }

        return end ?? throw new InvalidOperationException($"the rules came to no {typeof(T).Name}: {string.Join(", ", Fired)}");
    }
}
