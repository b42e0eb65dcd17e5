using System.Diagnostics;

namespace Coral.Audit.Tests.Shipping;

/// <summary>A fact that needs the real search server of the kit: skipped visibly where there is no kit, failing in CI.</summary>
internal sealed class KitFactAttribute : FactAttribute
{
    public KitFactAttribute()
    {
        if (!SearchKit.IsThere && Environment.GetEnvironmentVariable("CI") != "true") Skip = $"no kit at {SearchKit.Program}";
    }
}

/// <summary>One real Elasticsearch for the tests of a class, in a state folder of its own.</summary>
public sealed class SearchKit : IAsyncLifetime
{
    private const string State = "/tmp/coral-kit-audit-tests";
    private const string Port = "19310";

    public static string Program { get; } = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "kit", "kit"));

    public static bool IsThere => File.Exists(Program);

    public Uri Url { get; private set; } = new("http://127.0.0.1:1/");

    public async Task InitializeAsync()
    {
        if (!IsThere) return;
        // A run that was killed may have left its server.
        await RunAsync("search", "down");
        Url = new Uri((await RunAsync("search", "up", "elasticsearch", "--port", Port)).Trim().Split('\n')[^1]);
    }

    public async Task DisposeAsync()
    {
        if (IsThere) await RunAsync("search", "down");
    }

    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KIT_STATE"] = State;
        using var process = Process.Start(start)!;
        // The server that it starts keeps its standard error open, so that one is not read to its end.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"kit {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return await output;
    }
}
