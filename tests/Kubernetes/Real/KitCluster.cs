using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Coral.Kubernetes.Tests.Real;

[CollectionDefinition(nameof(KitCluster))]
public sealed class KitClusterCollection : ICollectionFixture<KitCluster>;

/// <summary>A control plane of the kit, started for the first test that asks for it.</summary>
public sealed class KitCluster : IAsyncLifetime
{
    private const int Port = 16543;
    private const string State = "/tmp/coral-kit-k8s";

    private string? kubeconfig;

    public static string? Kit { get; } = FindKit();

    private static string ServerPid => Path.Combine(State, "pids", "kube-apiserver");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task<string> KubeconfigAsync()
    {
        if (kubeconfig is not null) return kubeconfig;
        if (Kit is null) throw new InvalidOperationException("CI has no kit in ../shared/kit");
        if (File.Exists(Path.Combine(State, "kubeconfig"))) await KitAsync("cluster", "down");
        return kubeconfig = (await KitAsync("cluster", "up", "--port", $"{Port}")).Trim();
    }

    /// <summary>Kills the API server with -9.</summary>
    public static async Task KillServerAsync()
    {
        using var server = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(ServerPid)));
        server.Kill();
        await server.WaitForExitAsync();
    }

    /// <summary>Stops or continues the API server, whose connections stay open meanwhile.</summary>
    public static Task SignalServerAsync(string signal) => RunAsync("sh", ["-c", $"kill -{signal} $(cat {ServerPid})"]);

    /// <summary>Starts it again as the kit did, so that the kit can stop it.</summary>
    public static Task StartServerAsync() => RunAsync(
        "bash", ["-c", $"eval \"exec setsid nohup $(cat {ServerPid}.cmd)\" >> {State}/logs/kube-apiserver.log 2>&1 < /dev/null & echo $! > {ServerPid}"]);

    public Task DisposeAsync() => kubeconfig is null ? Task.CompletedTask : KitAsync("cluster", "down");

    private static Task<string> KitAsync(params string[] arguments) => RunAsync(Kit!, arguments);

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["KIT_STATE"] = State;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    /// <summary>Beside the checkout, which is found from where the tests run, or, when they were built into a folder elsewhere, from where this file was compiled.</summary>
    private static string? FindKit([CallerFilePath] string source = "") =>
        new[] { AppContext.BaseDirectory, Path.GetDirectoryName(source)! }
            .Select(FindRoot)
            .OfType<string>()
            .Select(root => Path.GetFullPath(Path.Combine(root, "../shared/kit/kit")))
            .FirstOrDefault(File.Exists);

    private static string? FindRoot(string start)
    {
        var folder = new DirectoryInfo(start);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "global.json"))) folder = folder.Parent;
        return folder?.FullName;
    }
}
