using System.Collections.Immutable;
using Coral.Cli.Inputs;
using Coral.Cli.Testing.Stating;

namespace Coral.Cli.Testing;

/// <summary>One document of a case file, read and checked.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Shown">The same from the folder on that was tested.</param>
/// <param name="About">What all its cases show; may be empty.</param>
internal sealed record DecisionTest(string File, string Shown, string About, ImmutableArray<Case> Cases)
{
    /// <summary>A group of its own: readers of facts and policies pass it over.</summary>
    internal const string ApiVersion = "test.coral.io/v1alpha1";

    internal const string Kind = "DecisionTest";
}

/// <summary>Objects in a world, and what is claimed of the decision on each of them.</summary>
/// <param name="Line">Where it begins in its file.</param>
/// <param name="About">May be empty.</param>
internal sealed record Case(string Name, string About, int Line, World World, Circumstances Circumstances, ImmutableArray<InputObject> Objects, ImmutableArray<Claim> Claims);
