namespace Coral.Policies.Bundles;

/// <summary>A whole InjectionPolicy, as a file or the API server has it.</summary>
internal sealed class InjectionPolicyValidator : ObjectValidator
{
    /// <summary>Immutable after it was made, so one serves all threads.</summary>
    public static readonly InjectionPolicyValidator Shared = new();

    private InjectionPolicyValidator()
    {
        Required("apiVersion", Checks.OneOf("version", Vocabulary.ApiVersion));
        Required("kind", Checks.OneOf("kind", InjectionPolicyReader.Kind));
        Required("metadata", Checks.Object);
        Together((policy, report) =>
        {
            var name = policy.Member("metadata").Member("name");
            if (name.IsAbsent) report(name.Path, "is needed");
            else Names.Subdomain(name, report);
        });
        Required("spec", new SpecValidator().AsCheck());
        Ignored("status");
    }

    private sealed class SpecValidator : ObjectValidator
    {
        public SpecValidator()
        {
            Optional("priority", Checks.Integer(int.MinValue, int.MaxValue));
            Optional("match", new MatchValidator().AsCheck());
            Optional("modes", new ModesValidator().AsCheck());
            Optional("privileges", Checks.OneOf("table of privileges", SpecNames.In(SpecNames.Privileges)));
            Optional("onMismatch", Checks.OneOf("answer to a mismatch", SpecNames.In(SpecNames.OnMismatch)));
            Optional("rollout", Checks.OneOf("rollout", SpecNames.In(SpecNames.Rollout)));
            Optional("strategy", Checks.OneOf("strategy", SpecNames.In(SpecNames.Strategy)));
            Optional("pinNodes", Checks.Integer(1, 5000));
            Optional("nativeSidecar", Checks.OneOf("form", SpecNames.In(SpecNames.NativeSidecar)));
            Optional("shareProcessNamespace", Checks.Boolean);
            Optional("audit", Checks.OneOf("audit level", SpecNames.In(SpecNames.Audit)));
            Optional("defaultLevel", Checks.OneOf("Pod Security level", SpecNames.In(SpecNames.Levels)));
            Optional("excludedNamespaces", Checks.SetOf(Names.Namespace, 256));
            Together(GrantValidator.Check);
            Optional("variants", Checks.MapOf($"variant; known: {string.Join(", ", SpecNames.Variants)}", SpecNames.Variants.Contains, new VariantOverrideValidator().AsCheck(), SpecNames.Variants.Length));
        }
    }

    private sealed class ModesValidator : ObjectValidator
    {
        public ModesValidator()
        {
            Optional("allowed", Checks.SetOf(Checks.OneOf("variant", SpecNames.Modes), SpecNames.Modes.Length));
            Optional("raise", Checks.SetOf(Raise, SpecNames.Modes.Length));
        }

        private static void Raise(JsonField field, Action<string, string> report)
        {
            if (field.Value.AsText() == "auto") report(field.Path, "\"auto\" names no variant, so it cannot be raised to; name the variants");
            else Checks.OneOf("variant", SpecNames.Variants)(field, report);
        }
    }
}
