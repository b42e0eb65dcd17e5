using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace Coral.EndToEnd.Harness;

/// <summary>A running <c>coral-webhook</c>: the program named by CORAL_WEBHOOK, else the one built with these tests.</summary>
public sealed class WebhookProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<WebhookProcess, byte> Running = new();

    private readonly string[] arguments;
    private readonly string? ownFolder;
    private readonly string? workingFolder;
    private Process process = null!;
    private ProgramOutput output = null!;

    static WebhookProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var webhook in Running.Keys) webhook.process.Kill();
    };

    private WebhookProcess(WebhookOptions options)
    {
        ownFolder = options.DataFolder is null ? Directory.CreateTempSubdirectory("coral-webhook-").FullName : null;
        var data = options.DataFolder ?? ownFolder!;
        (CertDir, Spool) = (Path.Join(data, "certs"), Path.Join(data, "spool"));
        var (port, metricsPort) = (Ports.Take(), Ports.Take());
        Url = new($"https://127.0.0.1:{port}");
        Metrics = new($"http://127.0.0.1:{metricsPort}");
        arguments = [.. options.Arguments(CertDir, Spool, port, metricsPort)];
        if (options.Settings is null) return;
        workingFolder = data;
        File.WriteAllText(Path.Join(data, "appsettings.json"), options.Settings);
    }

    /// <summary>Where reviews are posted, without a path.</summary>
    public Uri Url { get; }

    /// <summary>The plain endpoint of <c>--metrics-listen</c>.</summary>
    public Uri Metrics { get; }

    /// <summary>The <c>--cert-dir</c>.</summary>
    public string CertDir { get; }

    /// <summary>The <c>--spool</c>.</summary>
    public string Spool { get; }

    /// <summary>The CA that clients of this webhook trust.</summary>
    public string CaPem => File.ReadAllText(Path.Join(CertDir, "ca.crt"));

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>How it ended; null while it runs.</summary>
    public int? ExitCode => process.HasExited ? process.ExitCode : null;

    /// <summary>All that it has printed since its last start.</summary>
    public string Output => output.Text;

    /// <summary>Starts a webhook and waits until <c>/readyz</c> says yes.</summary>
    /// <exception cref="InvalidOperationException">It ended before; the message has its output.</exception>
    public static async Task<WebhookProcess> Start(WebhookOptions options)
    {
        var webhook = new WebhookProcess(options);
        try
        {
            webhook.Launch();
            await webhook.Ready();
            return webhook;
        }
        catch
        {
            await webhook.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program with any arguments to its end, as for a wrong configuration.</summary>
    public static Task<CommandResult> Run(params IEnumerable<string> arguments)
    {
        var start = StartInfo(arguments);
        return Command.Run(start.FileName, start.ArgumentList);
    }

    /// <summary>SIGTERM, then waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Stop()
    {
        Signal.Terminate(process.Id);
        await Eventually.Async(() => Task.FromResult(process.HasExited), StopTimeout, "the webhook ends after SIGTERM");
        await output.Ended;
        return process.ExitCode;
    }

    /// <summary>kill -9, then waits for the end.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Starts it again with the same arguments, on the same ports and folders, and waits until it is ready. It is killed before if it still runs.</summary>
    public async Task RestartAsync()
    {
        if (!process.HasExited) await Kill();
        process.Dispose();
        Launch();
        await Ready();
    }

    /// <summary>Text of a page of the plain endpoint, such as <c>/metrics</c>.</summary>
    public async Task<string> Page(string path)
    {
        using var http = new HttpClient { BaseAddress = Metrics };
        return await http.GetStringAsync(path);
    }

    /// <summary>A client that posts reviews to this webhook.</summary>
    /// <param name="version">HTTP/1.1 unless told otherwise.</param>
    public ReviewClient Client(Version? version = null) => new(Url, CaPem, version);

    /// <summary>Stops it in good order if it still runs, and removes its temporary folder.</summary>
    public async ValueTask DisposeAsync()
    {
        Running.TryRemove(this, out _);
        if (process is { HasExited: false }) await Stop();
        process?.Dispose();
        if (ownFolder is not null) Directory.Delete(ownFolder, recursive: true);
    }

    private static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        var program = Environment.GetEnvironmentVariable("CORAL_WEBHOOK") is { Length: > 0 } named
            ? named
            : typeof(WebhookProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == "CoralWebhookPath")?.Value
              ?? throw new InvalidOperationException("no coral-webhook: Webhook/Coral.Webhook.csproj was not there when these tests were built, and CORAL_WEBHOOK is not set");
        if (!File.Exists(program)) throw new InvalidOperationException($"no coral-webhook at {program}: build the tests again, or set CORAL_WEBHOOK");
        var start = program.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        return start;
    }

    private void Launch()
    {
        var start = StartInfo(arguments);
        if (workingFolder is not null) start.WorkingDirectory = workingFolder;
        process = Process.Start(start) ?? throw new InvalidOperationException("coral-webhook does not start");
        Running[this] = 0;
        output = new ProgramOutput();
        output.Follow(process);
    }

    private async Task Ready()
    {
        using var http = new HttpClient { BaseAddress = Metrics };
        try
        {
            await Eventually.Async(
                async () =>
                {
                    if (process.HasExited) return true;
                    using var response = await http.GetAsync("/readyz");
                    return response.IsSuccessStatusCode;
                },
                StartTimeout,
                "the webhook is ready");
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{Output}", e);
        }

        if (!process.HasExited) return;
        await output.Ended;
        throw new InvalidOperationException($"coral-webhook {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{Output}");
    }
}
