namespace Coral.Testing.Kit;

/// <summary>The images of <c>make images</c>, for the kit's real node. <c>CORAL_IMAGES</c> names a folder that has the archives already; else they are made, once in this process.</summary>
public static class KitImages
{
    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    /// <summary>Why none can be made where CI says so (<c>.ci/run</c>); null otherwise.</summary>
    public static string? Missing => Environment.GetEnvironmentVariable("CORAL_NO_PACKAGES") is { Length: > 0 } why ? why : null;

    /// <summary>The folder of the archives.</summary>
    public static Task<string> FolderAsync() => Made.Value;

    /// <summary>Puts images into the real node that runs; there is at most one on a machine.</summary>
    /// <param name="names">Such as <c>coral-agent</c> and <c>coral-agent-debug</c>.</param>
    public static async Task LoadAsync(params string[] names)
    {
        var folder = await FolderAsync();
        foreach (var name in names) await Kit.Run(Path.GetTempPath(), "image", "load", Path.Join(folder, $"{name}.tar"));
    }

    private static async Task<string> MakeAsync()
    {
        if (Environment.GetEnvironmentVariable("CORAL_IMAGES") is { Length: > 0 } said) return said;
        var made = await Command.Run("make", ["images"], workingDirectory: Repository.Root);
        return made.ExitCode == 0 ? Path.Join(Repository.Root, "build", "images") : throw new InvalidOperationException($"make images: {made}");
    }
}
