namespace Coral.Policies.PodSecurity;

/// <summary>Null when the pod passes.</summary>
internal delegate Violation? CheckFunction(in PodFacts pod);

/// <summary>The form of a check from policy version v1.<paramref name="Minor"/> on.</summary>
internal readonly record struct Revision(int Minor, CheckFunction Function);

/// <summary>
/// One rule of the standards. A baseline check also counts in restricted, except where a restricted one that <paramref name="Overrides"/> it is in force at that version.
/// </summary>
internal sealed record Check(string Id, Level Level, Revision[] Revisions, string? Overrides = null)
{
    /// <summary>The newest revision that is not younger than v1.<paramref name="minor"/>; null before the first.</summary>
    public CheckFunction? At(int minor)
    {
        CheckFunction? found = null;
        foreach (var revision in Revisions)
        {
            if (revision.Minor <= minor) found = revision.Function;
        }

        return found;
    }
}
