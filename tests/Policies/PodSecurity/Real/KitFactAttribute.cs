using System.Runtime.CompilerServices;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>A test that needs the kit's API server: skipped, and named as skipped, where there is no kit; in CI it runs and then fails.</summary>
public sealed class KitFactAttribute : FactAttribute
{
    public KitFactAttribute()
    {
        if (Script is null && Environment.GetEnvironmentVariable("CI") != "true") Skip = "needs the kit (../shared/kit/kit beside the checkout)";
    }

    /// <summary>The kit's script, or null.</summary>
    public static string? Script { get; } = Find(AppContext.BaseDirectory) ?? Find(Here());

    /// <summary>Build output may lie outside the checkout; then the source's own place leads there.</summary>
    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "global.json"))) continue;
            var script = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "kit", "kit"));
            return File.Exists(script) ? script : null;
        }

        return null;
    }
}
