using Coral.Policies.PodSecurity;

namespace Coral.Cli.Pss;

/// <summary>Shows verdicts in the order in which they come.</summary>
internal interface IVerdicts
{
    /// <summary>An object, <c>Kind/name</c>, with the namespace that it states.</summary>
    void Add(string label, string? ns, Verdict verdict);

    /// <summary>More may be long in coming: what can be shown is shown.</summary>
    void Flush();

    /// <summary>All is judged.</summary>
    void End(long allowed, long refused);
}

/// <summary>For a run that only looks for mistakes.</summary>
internal sealed class NoVerdicts : IVerdicts
{
    public void Add(string label, string? ns, Verdict verdict)
    {
    }

    public void Flush()
    {
    }

    public void End(long allowed, long refused)
    {
    }
}
