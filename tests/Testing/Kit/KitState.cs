using System.Diagnostics;

namespace Coral.Testing.Kit;

/// <summary>A state folder of the kit. What runs in it is stopped when it is disposed, or else when this process ends, in whatever way.</summary>
internal sealed class KitState : IAsyncDisposable
{
    // A handler of this process would not outlive kill -9, nor a test host that is ended by its parent. The guard reads from us: it hears the end of this
    // process as the end of its input. `setsid --fork` takes it out of our process tree, so that it is not killed with us.
    private const string Guarding = """exec > /dev/null 2>&1; read -r word; [ "$word" = done ] && exit; "$@"; rm -rf -- "$KIT_STATE" """;

    private const string Prefix = "coral-kit-";

    private readonly string[] down;
    private readonly Process guard;
    private bool disposed;

    public KitState(params string[] down)
    {
        this.down = down;
        var script = Testing.Kit.Kit.Script;
        Folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        var start = new ProcessStartInfo("setsid", ["--fork", "bash", "-c", Guarding, "guard", script, .. down]) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["KIT_STATE"] = Folder;
        guard = Process.Start(start) ?? throw new InvalidOperationException("setsid does not start");
    }

    public string Folder { get; }

    /// <summary>
    /// Cleans up after real nodes of runs that were ended with their guard, such as by a machine that was stopped: only one may be on a machine, so that its namespace would be in the way of all later ones.
    /// </summary>
    public static async Task SweepNodesAsync()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*").Where(folder => File.Exists(Path.Join(folder, "netns"))))
        {
            var processes = Directory.GetFiles(Path.Join(folder, "pids")).Where(file => !Path.HasExtension(file)).ToList();
            // One without any is just being started.
            if (processes.Count == 0 || processes.Exists(IsRunning)) continue;
            // Their numbers may be those of others by now, and the kit would kill what has them.
            foreach (var file in processes) File.Delete(file);
            await Testing.Kit.Kit.Run(folder, "cluster", "down");
            Directory.Delete(folder, recursive: true);
        }
    }

    public Task<string> Kit(params IEnumerable<string> arguments) => Testing.Kit.Kit.Run(Folder, arguments);

    /// <summary>Not thread safe; the second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        await Kit(down);
        Directory.Delete(Folder, recursive: true);
        await guard.StandardInput.WriteLineAsync("done");
        guard.Dispose();
    }

    private static bool IsRunning(string pidFile)
    {
        try
        {
            return Path.GetFileName(pidFile).StartsWith(File.ReadAllText($"/proc/{File.ReadAllText(pidFile).Trim()}/comm").Trim(), StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
