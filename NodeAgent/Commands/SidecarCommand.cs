using System.CommandLine;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Journal;
using Coral.NodeAgent.Native;
using Coral.NodeAgent.Serving;
using Coral.NodeAgent.Sidecar;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent sidecar</c>: what the webhook injects.</summary>
internal static class SidecarCommand
{
    private const int Done = 0;
    private const int BadInput = 2;
    private const string Default = "*:9001";

    /// <summary>A sidecar has a tenth of a processor: a trial may take a while.</summary>
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(30);

    internal static string DefaultListen => Environment.GetEnvironmentVariable("CORAL_LISTEN") is { Length: > 0 } said ? said : Default;

    internal static Command Build()
    {
        var listen = new Option<string>("--listen") { HelpName = "ADDRESS:PORT", Description = "Where the agent API is; * is every address (CORAL_LISTEN, else *:9001)", DefaultValueFactory = _ => DefaultListen };
        listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && ListenPlace.Parse(text) is null) result.AddError($"--listen is \"{text}\"; it must be an address and a port, such as *:9001 or 127.0.0.1:9001");
        });
        var command = new Command("sidecar", "Run beside an application: say which variant this is and what it can really do, at /health and /status") { listen };
        var collectors = CollectorOptions.AddTo(command, CollectorOptions.None);
        var audit = AuditOptions.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new List<string>();
            var options = audit(result, problems);
            var engine = collectors(result, null);
            if (!engine.Collectors.IsEmpty && options is null) problems.Add("--collectors needs --spool: documents are kept there before they are shipped");
            foreach (var problem in problems) Say(problem);
            return problems.Count > 0 ? BadInput : await RunAsync(result.GetValue(listen)!, engine, options, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(string listen, EngineOptions engine, AuditOptions? audit, CancellationToken cancellation)
    {
        var runner = new TrialRunner([.. OwnProgram.Command, TrialProcess.Verb], TrialLimit, TimeProvider.System);
        try
        {
            var begun = SidecarStatus.Begin(SidecarIdentity.Read(Environment.GetEnvironmentVariable), SystemReport.Read().Capabilities, Libc.GetEffectiveUser());
            var collectors = audit is null || engine.Collectors.IsEmpty ? null : new SidecarCollectors(engine with { Origin = engine.Origin with { Node = begun.Identity.Node } }, audit, begun.Identity, Say, TimeProvider.System);
            await new SidecarProcess(begun, runner, collectors, Say).RunAsync(ListenPlace.Parse(listen)!, cancellation);
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
