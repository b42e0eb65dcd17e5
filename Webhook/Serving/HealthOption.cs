using System.CommandLine;
using System.Net;
using Coral.Webhook.Settings;

namespace Coral.Webhook.Serving;

/// <summary><c>coral-webhook --health</c>: for a container engine that asks by a command, in an image that has no other program to ask with.</summary>
internal static class HealthOption
{
    private const int Unwell = 1;

    /// <summary>Less than the time after which the engine gives up, so that the reason is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    internal static void AddTo(RootCommand root)
    {
        var health = new Option<string?>("--health")
        {
            HelpName = "ADDRESS:PORT",
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"Ask the webhook that serves here whether it is well, and exit 0 or 1 (CORAL_METRICS_LISTEN, else {OptionReader.DefaultMetricsListen})",
        };
        root.Add(health);
        root.SetAction(async (result, cancellation) =>
        {
            var problems = new List<string>();
            var listen = result.GetValue(health) ?? SettingSources.Read("appsettings.json", Environment.GetEnvironmentVariable, problems).Get("metrics-listen") ?? OptionReader.DefaultMetricsListen;
            if (OptionReader.ParseEndpoint(listen) is { } place) return await AskAsync(place, cancellation);
            Say(listen == "none" ? "--metrics-listen is none, so there is no /healthz to ask in plain HTTP" : $"--health is \"{listen}\"; it must be ADDRESS:PORT, such as {OptionReader.DefaultMetricsListen}");
            return ExitCodes.BadInput;
        });
    }

    private static async Task<int> AskAsync(IPEndPoint place, CancellationToken cancellation)
    {
        var address = new Uri($"http://{Near(place)}/healthz");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address, cancellation);
            if (answer.StatusCode == HttpStatusCode.OK) return ExitCodes.Done;
            Say($"{address} answers {(int)answer.StatusCode}");
        }
        catch (HttpRequestException failure)
        {
            Say($"nothing answers at {address}: {failure.InnerException?.Message ?? failure.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Say($"{address} does not answer within {Patience.TotalSeconds} s");
        }

        return Unwell;
    }

    /// <summary>By which address we reach what listens on this one.</summary>
    private static IPEndPoint Near(IPEndPoint listen) =>
        listen.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, listen.Port) : listen.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, listen.Port) : listen;

    private static void Say(string line) => Console.Error.WriteLine("coral-webhook: " + line);
}
