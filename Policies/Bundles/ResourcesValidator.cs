using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary><c>resources</c> of a container: requests and limits.</summary>
internal sealed class ResourcesValidator : ObjectValidator
{
    private static readonly JsonCheck Quantities = Checks.MapOf("resource name", Names.IsLabelKey, Amount, 16);

    public ResourcesValidator()
    {
        Optional("requests", Quantities);
        Optional("limits", Quantities);
        Together((resources, report) =>
        {
            var limits = resources.Member("limits");
            foreach (var (name, request) in resources.Member("requests").Members())
            {
                var limit = limits.Member(name);
                if (TryRead(request, out var asked) && TryRead(limit, out var most) && asked > most)
                {
                    report(request.Path, $"{request.Value.AsText() ?? request.Value.GetRawText()} is more than the limit {limit.Value.AsText() ?? limit.Value.GetRawText()}");
                }
            }
        });
    }

    private static void Amount(JsonField field, Action<string, string> report)
    {
        if (!TryRead(field, out var amount)) report(field.Path, $"expected a quantity such as 100m or 64Mi, found {field.Value.Describe()}");
        else if (amount.Sign < 0) report(field.Path, "must not be less than 0");
    }

    private static bool TryRead(JsonField field, out Quantity quantity)
    {
        quantity = default;
        return field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && Quantity.TryParse(field.Value, out quantity);
    }
}
