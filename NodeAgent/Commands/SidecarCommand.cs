using System.CommandLine;
using System.Net;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Native;
using Coral.NodeAgent.Sidecar;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent sidecar</c>: what the webhook injects.</summary>
internal static class SidecarCommand
{
    private const int Done = 0;
    private const int BadInput = 2;
    private const string AnyAddress = "*";
    private const string Default = "*:9001";

    /// <summary>A sidecar has a tenth of a processor: a trial may take a while.</summary>
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(30);

    internal static string DefaultListen => Environment.GetEnvironmentVariable("CORAL_LISTEN") is { Length: > 0 } said ? said : Default;

    internal static Command Build()
    {
        var listen = new Option<string>("--listen") { HelpName = "ADDRESS:PORT", Description = "Where the agent API is; * is every address (CORAL_LISTEN, else *:9001)", DefaultValueFactory = _ => DefaultListen };
        listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && Place(text) is null) result.AddError($"--listen is \"{text}\"; it must be an address and a port, such as *:9001 or 127.0.0.1:9001");
        });
        var command = new Command("sidecar", "Run beside an application: say which variant this is and what it can really do, at /health and /status") { listen };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(listen)!, cancellation));
        return command;
    }

    /// <summary>The address (null for all) and the port, or null when it is neither.</summary>
    internal static (IPAddress? Address, int Port)? Place(string text)
    {
        if (text.StartsWith(AnyAddress + ":", StringComparison.Ordinal)) return ushort.TryParse(text[2..], out var any) && any > 0 ? (null, any) : null;
        return IPEndPoint.TryParse(text, out var place) && place.Port > 0 && text.EndsWith(":" + place.Port, StringComparison.Ordinal) ? (place.Address, place.Port) : null;
    }

    private static async Task<int> RunAsync(string listen, CancellationToken cancellation)
    {
        var (address, port) = Place(listen)!.Value;
        var runner = new TrialRunner([.. OwnProgram.Command, TrialProcess.Verb], TrialLimit, TimeProvider.System);
        try
        {
            var begun = SidecarStatus.Begin(SidecarIdentity.Read(Environment.GetEnvironmentVariable), SystemReport.Read().Capabilities, Libc.GetEffectiveUser());
            await new SidecarProcess(begun, runner, Say).RunAsync(address, port, cancellation);
            return Done;
        }
        catch (IOException failure)
        {
            Say($"--listen {listen}: {failure.Message}");
            return BadInput;
        }
    }

    private static void Say(string line) => Console.Error.WriteLine("coral-agent: " + line);
}
