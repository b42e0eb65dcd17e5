using System.CommandLine;
using System.Net;
using System.Text.Json;
using Coral.Cli.Output;

namespace Coral.Cli.AgentStatus;

/// <summary>The verb <c>agent status</c>: asks the agent beside which it runs (row K-105).</summary>
internal static class AgentStatusCommand
{
    private const string Default = "http://127.0.0.1:9001";

    private const string Summary = "Ask a sidecar which variant it is and what it can really do.";

    private const string More = """
        Runs inside the sidecar, where the image has both programs. Problems are what the container has less than its variant promises; what a variant lacks by itself is no problem.
        Exit: 0 done, 1 there are problems, 2 bad input, 3 no agent answers.

        Examples:
          kubectl exec web-0 -c coral-agent -- coral agent status
          coral agent status --url http://127.0.0.1:9001 -o json
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("status", Summary, More);
        var url = new Option<string>("--url") { HelpName = "URL", Description = $"Where the agent API is ({Default})", DefaultValueFactory = _ => Default };
        var format = new Format("table", "json");
        command.Add(url);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var text = result.GetValue(url)!;
            var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp;
            if (!isUrl) problems.Add($"--url is \"{text}\"; it must be an http URL such as {Default}");
            problems.ThrowIfAny();
            var status = await AskAsync(address!, cancellation);
            using (status)
            {
                if (output == "json") terminal.Out.WriteLine(status.RootElement.GetRawText());
                else AgentStatusTable.Write(terminal, status.RootElement);
                return status.RootElement.GetProperty("problems"u8).GetArrayLength() == 0 ? ExitCodes.Done : ExitCodes.Negative;
            }
        });
        return command;
    }

    private static async Task<JsonDocument> AskAsync(Uri address, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1024 * 1024 };
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/status"), cancellation);
            if (answer.StatusCode != HttpStatusCode.OK) throw new HttpRequestException($"{address} is no agent: it answers {(int)answer.StatusCode}");
            var status = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            return AgentStatusTable.IsStatus(status.RootElement) ? status : throw new HttpRequestException($"{address} is no agent: it answers something else");
        }
        catch (JsonException failure)
        {
            throw new HttpRequestException($"{address} is no agent: it answers no JSON", failure);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{address} does not answer within 5 s", failure);
        }
        catch (HttpRequestException failure) when (failure.StatusCode is null && failure.InnerException is not null)
        {
            throw new HttpRequestException($"no agent answers at {address} ({failure.InnerException.Message}); it listens where its --listen says", failure);
        }
    }
}
