using System.Text.Json;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Bundles;

/// <summary>
/// Reads the file that an API server is given with <c>--admission-control-config-file</c> (<c>AdmissionConfiguration</c> with the plug-in <c>PodSecurity</c> in it),
/// or the <c>PodSecurityConfiguration</c> alone. As there, an absent default is privileged and latest.
/// </summary>
public static class PodSecurityConfigurationReader
{
    internal const string Kind = "PodSecurityConfiguration";

    internal const string OuterKind = "AdmissionConfiguration";

    /// <summary>All that the plug-in has ever taken; their content is the same.</summary>
    internal static readonly string[] Versions =
        ["pod-security.admission.config.k8s.io/v1", "pod-security.admission.config.k8s.io/v1beta1", "pod-security.admission.config.k8s.io/v1alpha1"];

    internal const string OuterVersion = "apiserver.config.k8s.io/v1";

    /// <summary>Reads the one configuration that a file holds.</summary>
    /// <exception cref="BundleException">With every mistake; also where the file holds something else or nothing.</exception>
    public static PodSecurityDefaults ReadFile(string path) =>
        BundleReader.Read(path, OtherKinds.Refuse).PodSecurity ?? throw new BundleException(new BundleProblem(path, 0, "", $"holds no {Kind} and no {OuterKind}"));

    internal static bool IsOne(ManifestDocument document) =>
        (document.Kind == Kind && Versions.Contains(document.ApiVersion)) || (document.Kind == OuterKind && document.ApiVersion == OuterVersion);

    internal static System.Collections.Immutable.ImmutableArray<Mistake> Check(ManifestDocument document) =>
        document.Kind == Kind ? PodSecurityConfigurationValidator.Shared.Mistakes(document.Object) : AdmissionConfigurationValidator.Shared.Mistakes(document.Object);

    /// <summary>Reads a document that passed <see cref="Check"/>.</summary>
    internal static PodSecurityDefaults Read(ManifestDocument document)
    {
        if (document.Kind == Kind) return ReadOne(document.Object);
        foreach (var plugin in document.Object.Items("plugins"u8))
        {
            if (plugin.Text("name"u8) == AdmissionConfigurationValidator.PlugIn) return ReadOne(plugin.Get("configuration"u8));
        }

        return PodSecurityDefaults.BuiltIn;
    }

    private static PodSecurityDefaults ReadOne(JsonElement configuration)
    {
        var defaults = configuration.Get("defaults"u8);
        var exemptions = configuration.Get("exemptions"u8);
        return new PodSecurityDefaults
        {
            Enforce = Mode(defaults, "enforce"u8, "enforce-version"u8),
            Audit = Mode(defaults, "audit"u8, "audit-version"u8),
            Warn = Mode(defaults, "warn"u8, "warn-version"u8),
            Namespaces = [.. exemptions.Items("namespaces"u8).Select(name => name.GetString()!)],
            Usernames = [.. exemptions.Items("usernames"u8).Select(name => name.GetString()!)],
            RuntimeClasses = [.. exemptions.Items("runtimeClasses"u8).Select(name => name.GetString()!)],
        };
    }

    private static LevelVersion Mode(JsonElement defaults, ReadOnlySpan<byte> level, ReadOnlySpan<byte> version)
    {
        var read = default(LevelVersion);
        if (defaults.Text(level) is { Length: > 0 } name && Levels.TryParse(name, out var found)) read = read with { Level = found };
        if (defaults.Text(version) is { Length: > 0 } text && PolicyVersion.TryParse(text, out var asked)) read = read with { Version = asked };
        return read;
    }
}
