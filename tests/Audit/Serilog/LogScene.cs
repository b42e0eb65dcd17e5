using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Tests.Logging;

/// <summary>The tests that listen to the SelfLog, of which there is one in a process.</summary>
[CollectionDefinition("SelfLog", DisableParallelization = true)]
public sealed class SelfLogCollection;

/// <summary>A server that keeps log lines, a folder for a buffer, and the SelfLog.</summary>
internal sealed class LogScene : IAsyncDisposable
{
    private readonly Workspace work = new();

    private LogScene(FakeElasticsearch server) => Server = server;

    public FakeElasticsearch Server { get; }

    public ConcurrentQueue<string> SelfLines { get; } = new();

    public string Buffer => Path.Combine(work.Spool, "buffer");

    public string Spool => Buffer + "-spool";

    /// <summary>The numbers that the server has, in their order, doubled ones doubled.</summary>
    public IEnumerable<int> Numbers => Server.Documents.Select(NumberOf).Order();

    public static async Task<LogScene> StartAsync()
    {
        var scene = new LogScene(await FakeElasticsearch.StartAsync());
        scene.Server.StreamName = AuditStream.App.Name;
        SelfLog.Enable(scene.SelfLines.Enqueue);
        return scene;
    }

    public ElasticsearchSinkOptions Options(bool durable = false, Uri? url = null) => new(url ?? Server.Url)
    {
        BufferBaseFilename = durable ? Buffer : null,
        BufferLogShippingInterval = TimeSpan.FromMilliseconds(1),
        Period = TimeSpan.FromMilliseconds(1),
    };

    public static Logger Logger(ElasticsearchSinkOptions options) => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Elasticsearch(options).CreateLogger();

    /// <summary>What a spool that nobody has open holds.</summary>
    public List<int> Spooled() => [.. SpoolReader.Open(Spool).Forward().Select(frame => NumberOf(JsonElement.Parse(frame.Document.Span)))];

    public static int NumberOf(JsonElement line) => int.Parse(line.GetProperty("labels").GetProperty("Number").GetString()!, CultureInfo.InvariantCulture);

    /// <summary>A process that logs numbers.</summary>
    public static Process Crashing(string buffer, Uri url, int first, int count)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in new[] { "exec", typeof(LogScene).Assembly.Location, "log", buffer, url.ToString(), $"{first}", $"{count}" }) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        SelfLog.Disable();
        await Server.DisposeAsync();
        work.Dispose();
    }
}
