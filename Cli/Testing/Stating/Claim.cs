using System.Text.Json;
using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Stating;

/// <summary>One thing that a case states about its decision. <paramref name="Compare"/> gives null where it holds.</summary>
internal sealed record Claim(string What, Func<Finding, Difference?> Compare)
{
    /// <summary>A claim that two texts are the same.</summary>
    internal static Claim Same(string what, string expected, Func<Finding, string> actual) =>
        new(what, finding => actual(finding) is var text && text == expected ? null : new Difference(what, expected, text));
}

/// <summary>Where claim and decision part.</summary>
internal sealed record Difference(string What, string Expected, string Actual);

/// <summary>A member of <c>expect</c>: how it is checked, and what it claims.</summary>
internal sealed record Aspect(string Name, JsonCheck Check, Func<JsonElement, IEnumerable<Claim>> Claims);
