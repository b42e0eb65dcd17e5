using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>One environment variable of a container.</summary>
internal sealed class EnvValidator : ObjectValidator
{
    public EnvValidator()
    {
        Required("name", Checks.Text("the name of a variable (printable characters without '=')", text => text.Length <= 256 && Names.IsEnvName(text)));
        Optional("value", Checks.Text(32768));
        Optional("valueFrom", new SourceValidator().AsCheck());
        Together((entry, report) =>
        {
            var from = entry.Member("valueFrom");
            if (!from.IsAbsent && entry.Value.Text("value"u8) is { Length: > 0 }) report(from.Path, "value and valueFrom exclude each other");
        });
    }

    private sealed class SourceValidator : ObjectValidator
    {
        private static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "secretKeyRef", "configMapKeyRef"];

        public SourceValidator()
        {
            Optional("fieldRef", new FieldRefValidator().AsCheck());
            Optional("resourceFieldRef", new ResourceFieldRefValidator().AsCheck());
            Optional("secretKeyRef", new KeyRefValidator().AsCheck());
            Optional("configMapKeyRef", new KeyRefValidator().AsCheck());
            Together((source, report) =>
            {
                if (Sources.Count(name => !source.Member(name).IsAbsent) != 1) report(source.Path, $"exactly one source is needed: {string.Join(", ", Sources)}");
            });
        }
    }

    private sealed class FieldRefValidator : ObjectValidator
    {
        public FieldRefValidator()
        {
            Required("fieldPath", Checks.Text(512));
            Optional("apiVersion", Checks.OneOf("version", "v1"));
        }
    }

    private sealed class ResourceFieldRefValidator : ObjectValidator
    {
        public ResourceFieldRefValidator()
        {
            Required("resource", Checks.Text(253));
            Optional("containerName", Checks.Text(63));
            Optional("divisor", (field, report) =>
            {
                if (field.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) || !Quantity.TryParse(field.Value, out _)) report(field.Path, $"expected a quantity, found {field.Value.Describe()}");
            });
        }
    }

    private sealed class KeyRefValidator : ObjectValidator
    {
        public KeyRefValidator()
        {
            Required("name", Names.Subdomain);
            Required("key", Checks.Text("a key (letters, digits, '-', '_' and '.')", text => text.Length is > 0 and <= 253 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')));
            Optional("optional", Checks.Boolean);
        }
    }
}
