namespace Coral.Policies.Bundles;

/// <summary>An <c>AdmissionConfiguration</c>, of which only the plug-in <c>PodSecurity</c> is ours to read.</summary>
internal sealed class AdmissionConfigurationValidator : ObjectValidator
{
    internal const string PlugIn = "PodSecurity";

    /// <summary>Immutable after it was made, so one serves all threads.</summary>
    public static readonly AdmissionConfigurationValidator Shared = new();

    private AdmissionConfigurationValidator()
    {
        Required("apiVersion", Checks.OneOf("version", PodSecurityConfigurationReader.OuterVersion));
        Required("kind", Checks.OneOf("kind", PodSecurityConfigurationReader.OuterKind));
        Optional("plugins", Checks.SetOf(new PlugInValidator().AsCheck(), int.MaxValue, item => item.Member("name").Value.AsText()));
    }

    private sealed class PlugInValidator : ObjectValidator
    {
        public PlugInValidator()
        {
            Required("name", Checks.Text("the name of a plug-in", text => text.Length > 0));
            Optional("path", Checks.Anything);
            Optional("configuration", Checks.Anything);
            Together((plugin, report) =>
            {
                if (plugin.Member("name").Value.AsText() != PlugIn) return;
                var path = plugin.Member("path");
                if (path.Value.AsText() is { Length: > 0 }) report(path.Path, "names a file that only the API server's machine has; give that file itself");
                var configuration = plugin.Member("configuration");
                if (!configuration.IsAbsent) PodSecurityConfigurationValidator.Shared.AsCheck()(configuration, report);
            });
        }
    }
}
