using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;

namespace Coral.Cli.Testing.Reading;

/// <summary>What may stand at the top of a document, for all its cases, and in each case.</summary>
internal abstract class SettingsValidator : ObjectValidator
{
    private static readonly JsonCheck Sources = Checks.ListOf(Source, 1024);

    protected SettingsValidator()
    {
        Optional("about", Checks.Text());
        Optional("facts", Sources);
        Optional("policies", Sources);
        Optional("objects", Sources);
        Optional("namespace", Namespace);
        Optional("serverVersion", Checks.Text("a version such as v1.36", text => KubernetesVersion.TryParse(text, out _)));
        Optional("probedLevel", Checks.Text("privileged, baseline or restricted, with or without a version (baseline:v1.30)", text => Stating.AspectChecks.TryLevel(text, out _)));
        Optional("now", (field, report) =>
        {
            if (Rfc3339.Read(field.Value) is null) report(field.Path, $"expected a time such as 2026-11-21T12:00:00Z, found {field.Value.Describe()}");
        });
        Optional("request", new RequestValidator().AsCheck());
    }

    /// <summary>A text names a file, a folder or an object of this file; an object stands for itself.</summary>
    private static void Source(JsonField field, Action<string, string> report)
    {
        if (field.Value.ValueKind != JsonValueKind.Object && field.Value.AsText() is not { Length: > 0 }) report(field.Path, $"expected a path or an object, found {field.Value.Describe()}");
    }

    private static void Namespace(JsonField field, Action<string, string> report)
    {
        if (field.Value.ValueKind == JsonValueKind.String) Names.Namespace(field, report);
        else NamespaceValidator.Shared.AsCheck()(field, report);
    }

    private sealed class NamespaceValidator : ObjectValidator
    {
        public static readonly NamespaceValidator Shared = new();

        private NamespaceValidator()
        {
            var texts = Checks.MapOf("name", name => name.Length > 0, Text, 256);
            Optional("name", Names.Namespace);
            Optional("labels", texts);
            Optional("annotations", texts);
        }

        /// <summary>Null takes away what the facts say.</summary>
        private static void Text(JsonField field, Action<string, string> report)
        {
            if (field.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) report(field.Path, $"expected a text in quotes, or null to take it away, found {field.Value.Describe()}");
        }
    }

    private sealed class RequestValidator : ObjectValidator
    {
        public RequestValidator()
        {
            Optional("user", Checks.Text());
            Optional("groups", Checks.ListOf(Checks.Text(), 256));
            Optional("dryRun", Checks.Boolean);
            Optional("operation", Checks.OneOf("operation", "CREATE", "UPDATE", "DELETE", "CONNECT"));
            Optional("resource", Checks.Text("a plural in lower case, such as pods or deployments.apps", text => text.Length > 0 && !text.Any(char.IsUpper)));
            Optional("subresource", Checks.Text());
            Optional("call", Checks.OneOf("call", "mutate", "validate"));
            Optional("reinvoked", Checks.Boolean);
        }
    }
}
