using Coral.Policies.PodSecurity;

namespace Coral.Policies.Bundles;

/// <summary>A <c>PodSecurityConfiguration</c>: what the API server itself refuses at its start is a mistake here too.</summary>
internal sealed class PodSecurityConfigurationValidator : ObjectValidator
{
    /// <summary>Immutable after it was made, so one serves all threads.</summary>
    public static readonly PodSecurityConfigurationValidator Shared = new();

    private PodSecurityConfigurationValidator()
    {
        Required("apiVersion", Checks.OneOf("version", PodSecurityConfigurationReader.Versions));
        Required("kind", Checks.OneOf("kind", PodSecurityConfigurationReader.Kind));
        Optional("defaults", new DefaultsValidator().AsCheck());
        Optional("exemptions", new ExemptionsValidator().AsCheck());
    }

    private sealed class DefaultsValidator : ObjectValidator
    {
        private static readonly JsonCheck Level = OrEmpty(Checks.OneOf("Pod Security level", SpecNames.In(SpecNames.Levels)));

        private static readonly JsonCheck Version = OrEmpty(Checks.Text("latest or a version such as v1.34", text => PolicyVersion.TryParse(text, out _)));

        public DefaultsValidator()
        {
            foreach (var mode in (string[])["enforce", "audit", "warn"])
            {
                Optional(mode, Level);
                Optional(mode + "-version", Version);
            }
        }

        /// <summary>An empty text is the same as none.</summary>
        private static JsonCheck OrEmpty(JsonCheck check) => (field, report) =>
        {
            if (field.Value.AsText() is not { Length: 0 }) check(field, report);
        };
    }

    private sealed class ExemptionsValidator : ObjectValidator
    {
        public ExemptionsValidator()
        {
            Optional("usernames", Checks.SetOf(Checks.Text("the name of a user", text => text.Length > 0), int.MaxValue));
            Optional("runtimeClasses", Checks.SetOf(Names.Subdomain, int.MaxValue));
            Optional("namespaces", Checks.SetOf(Names.Namespace, int.MaxValue));
        }
    }
}
