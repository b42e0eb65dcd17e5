using System.CommandLine;
using System.Net;
using Coral.NodeAgent.Serving;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent --health</c>: for a container engine that asks by a command, in an image that has no other program to ask with.</summary>
internal static class HealthOption
{
    private const int Well = 0;
    private const int Unwell = 1;
    private const int BadInput = 2;

    /// <summary>Less than the time after which the engine gives up, so that the reason is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    internal static void AddTo(RootCommand root)
    {
        var health = new Option<string?>("--health") { HelpName = "ADDRESS:PORT", Arity = ArgumentArity.ZeroOrOne, Description = "Ask the sidecar that runs here whether it is well, and exit 0 or 1 (CORAL_LISTEN, else *:9001)" };
        root.Add(health);
        root.SetAction((result, cancellation) => AskAsync(result.GetValue(health), cancellation));
    }

    private static async Task<int> AskAsync(string? said, CancellationToken cancellation)
    {
        var listen = said ?? SidecarCommand.DefaultListen;
        if (ListenPlace.Parse(listen) is not { } place)
        {
            Say($"--health is \"{listen}\"; it must be an address and a port, such as 127.0.0.1:9001");
            return BadInput;
        }

        var address = new Uri($"http://{Near(place.Address, place.Port)}/health");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address, cancellation);
            if (answer.StatusCode == HttpStatusCode.OK) return Well;
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
    private static IPEndPoint Near(IPAddress? listen, int port) =>
        new(listen is null || listen.Equals(IPAddress.Any) ? IPAddress.Loopback : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listen, port);

    private static void Say(string line) => Console.Error.WriteLine("coral-agent: " + line);
}
