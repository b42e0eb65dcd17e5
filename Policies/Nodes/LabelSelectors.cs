using System.Globalization;
using System.Text.Json;
using Coral.Policies.Selection;

namespace Coral.Policies.Nodes;

/// <summary>Label selectors as Kubernetes applies them. Pure and thread safe.</summary>
public static class LabelSelectors
{
    /// <summary>Whether the labels match. <paramref name="labels"/> is a JSON object of texts; anything else is no labels.</summary>
    public static bool Matches(LabelSelector selector, JsonElement labels)
    {
        foreach (var requirement in selector.Requirements)
        {
            if (!Holds(requirement, labels.Text(requirement.Key))) return false;
        }

        return true;
    }

    /// <inheritdoc cref="Matches(LabelSelector, JsonElement)"/>
    public static bool Matches(LabelSelector selector, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in selector.Requirements)
        {
            if (!Holds(requirement, labels.TryGetValue(requirement.Key, out var value) ? value : null)) return false;
        }

        return true;
    }

    /// <summary>Whether a label is above (or below) a bound: both must be whole numbers of 64 bits.</summary>
    internal static bool Compares(LabelOperator operation, string label, string bound) =>
        TryNumber(label, out var value) && TryNumber(bound, out var limit) && (operation == LabelOperator.Gt ? value > limit : value < limit);

    internal static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool Holds(LabelRequirement requirement, string? value) => requirement.Operator switch
    {
        LabelOperator.In => value is not null && requirement.Values.Contains(value),
        LabelOperator.NotIn => value is null || !requirement.Values.Contains(value),
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        _ => value is not null && requirement.Values is [var bound] && Compares(requirement.Operator, value, bound),
    };
}
