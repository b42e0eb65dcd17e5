using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>Whether something works and, if not, with which error number: as the oracle prints it, and as the agent's report says it.</summary>
public readonly record struct Opinion(bool Works, int Errno)
{
    /// <summary>Lines of <c>NAME ok|no ERRNO</c>.</summary>
    public static ImmutableSortedDictionary<string, Opinion> Read(string output) =>
        output.Split('\n').Select(line => line.Split(' ')).Where(fields => fields.Length == 3)
            .ToImmutableSortedDictionary(fields => fields[0], fields => new Opinion(fields[1] == "ok", int.Parse(fields[2], CultureInfo.InvariantCulture)), StringComparer.Ordinal);

    /// <summary>One way of a report: null for the agent as it is, or <c>minimal</c>, <c>full</c>.</summary>
    public static ImmutableSortedDictionary<string, Opinion> Read(JsonElement report, string? way) =>
        report.GetProperty("facts").EnumerateObject().ToImmutableSortedDictionary(
            fact => fact.Name,
            fact => Of(way is null ? fact.Value : fact.Value.GetProperty(way)),
            StringComparer.Ordinal);

    private static Opinion Of(JsonElement trial) =>
        new(trial.GetProperty("state").GetString() == "ok", trial.TryGetProperty("errno", out var errno) ? errno.GetInt32() : 0);
}
