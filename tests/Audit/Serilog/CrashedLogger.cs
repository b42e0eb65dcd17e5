using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Tests.Logging;

/// <summary>The process that tests kill: it logs numbers, tells each once it is logged, and ships until nobody listens any more.</summary>
internal static class CrashedLogger
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var buffer, var url, var first, var count]) return 2;
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await using var logger = Durable(buffer, new Uri(url));
        var start = int.Parse(first, CultureInfo.InvariantCulture);
        for (var number = start; number < start + int.Parse(count, CultureInfo.InvariantCulture); number++)
        {
            logger.Information("Number {Number}", number);
            await output.WriteLineAsync($"{number}");
        }

        // An orphan must not stay.
        while (await Console.In.ReadLineAsync() is not null) continue;
        return 0;
    }

    public static Logger Durable(string buffer, Uri url) => new LoggerConfiguration()
        .WriteTo.Elasticsearch(new ElasticsearchSinkOptions(url) { BufferBaseFilename = buffer, BufferLogShippingInterval = TimeSpan.FromMilliseconds(1), BatchPostingLimit = 100 })
        .CreateLogger();
}
