using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Coral.Policies.Tests.Bundles.Real;

/// <summary>A control plane of the kit for these tests alone, with its own state and port. One that already runs on that state is used and left running.</summary>
public sealed class KitCluster : IAsyncLifetime
{
    private const string State = "/tmp/coral-kit-bundles";
    private const string Port = "16843";
    private string tools = "";
    private bool started;

    public async Task InitializeAsync()
    {
        if (KitFactAttribute.Script is null)
        {
            if (KitFactAttribute.InCi) throw new InvalidOperationException("CI=true, but there is no kit at ../shared/kit/kit beside the checkout");
            return;
        }

        tools = (await KitAsync("bin", "kube")).Trim();
        if (!File.Exists($"{State}/kubeconfig") || (await KubectlAsync("", "get", "--raw", "/readyz")).Exit != 0)
        {
            await KitAsync("cluster", "down");
            await KitAsync("cluster", "up", "--port", Port);
            started = true;
        }

        var crds = await KubectlAsync("", "apply", "-f", Path.Combine(KitFactAttribute.Root, "manifests", "crds"));
        if (crds.Exit != 0) throw new InvalidOperationException($"the CRDs do not apply: {crds.Error}");
        var established = await KubectlAsync("", "wait", "--for=condition=Established", "--timeout=30s", "crd/injectionpolicies.coral.io", "crd/nodecapabilities.coral.io");
        if (established.Exit != 0) throw new InvalidOperationException($"the CRDs are not served: {established.Error}");
    }

    public async Task DisposeAsync()
    {
        if (started) await KitAsync("cluster", "down");
    }

    public Task<(int Exit, string Output, string Error)> KubectlAsync(string input, params string[] arguments) =>
        RunAsync(Path.Combine(tools, "kubectl"), input, ["--kubeconfig", $"{State}/kubeconfig", .. arguments]);

    private static async Task<string> KitAsync(params string[] arguments)
    {
        var (exit, output, error) = await RunAsync(KitFactAttribute.Script!, "", arguments);
        return exit == 0 || arguments[^1] == "down" ? output : throw new InvalidOperationException($"kit {string.Join(' ', arguments)}: {error}");
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string program, string input, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KIT_STATE"] = State;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}

/// <summary>One cluster for all classes of this folder.</summary>
[CollectionDefinition(Name)]
public sealed class KitCollection : ICollectionFixture<KitCluster>
{
    public const string Name = "bundles kit";
}

/// <summary>A test that needs the kit's API server: skipped, and named as skipped, where there is no kit; in CI it runs and then fails.</summary>
public sealed class KitFactAttribute : FactAttribute
{
    public KitFactAttribute()
    {
        if (Script is null && !InCi) Skip = "needs the kit (../shared/kit/kit beside the checkout)";
    }

    public static bool InCi { get; } = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The checkout: above the build's output, or above this file where the output lies elsewhere.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Path.GetDirectoryName(Here())!) ?? throw new InvalidOperationException("no global.json above the tests");

    /// <summary>The kit's script, or null.</summary>
    public static string? Script { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared", "kit", "kit")) is var script && File.Exists(script) ? script : null;

    private static string? Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "global.json"))) folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
