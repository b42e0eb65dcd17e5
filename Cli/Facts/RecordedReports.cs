using Coral.Policies.Bundles;
using Coral.Policies.Nodes;

namespace Coral.Cli.Facts;

/// <summary>The reports of real kernels that this program holds, for <c>--node-facts NAME</c>.</summary>
internal static class RecordedReports
{
    private const string Prefix = "recorded/";

    /// <summary>Their names, oldest kernel first.</summary>
    internal static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(RecordedReports).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])
            .OrderBy(Kernel).ThenBy(name => name, StringComparer.Ordinal),
    ];

    internal static bool Has(string name) => Names.Contains(name, StringComparer.Ordinal);

    /// <summary>The report of a name that there is.</summary>
    internal static NodeReport Read(string name)
    {
        using var stream = typeof(RecordedReports).Assembly.GetManifestResourceStream(Prefix + name)!;
        return NodeReport.Read(YamlDocuments.Read(stream, name).Single().Object)!;
    }

    /// <summary>Of <c>debian-6.12-integrity</c> 6.12.</summary>
    private static Version Kernel(string name) => Version.TryParse(name.Split('-')[1], out var version) ? version : new Version();
}
