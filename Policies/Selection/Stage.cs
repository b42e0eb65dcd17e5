namespace Coral.Policies.Selection;

/// <summary>
/// Priorities of rules that ask for the absence of facts: they wait until whatever could bring such a fact has fired. All other rules follow the facts
/// and need none.
/// </summary>
internal static class Stage
{
    /// <summary>After all guards.</summary>
    internal const int Guarded = -10;

    /// <summary>After all that stands against an injection before the choice.</summary>
    internal const int OptedIn = -20;
}
