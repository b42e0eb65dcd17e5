using System.CommandLine;
using Coral.Audit.Spool;
using Coral.Kubernetes;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Following;
using Coral.NodeAgent.Journal;
using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.SystemFacts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent node</c>: probes and publishes until it is told to stop.</summary>
internal static class NodeCommand
{
    private const int Done = 0;
    private const int BadInput = 2;

    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(10);

    internal static Command Build()
    {
        var node = NodeName.Option("The name of this node's object (CORAL_NODE, else the host's name)", () => Environment.GetEnvironmentVariable("CORAL_NODE") ?? NodeName.OfHost());
        var kubeconfig = new Option<string?>("--kubeconfig") { HelpName = "FILE", Description = "The cluster (KUBECONFIG, else the pod's service account)" };
        var command = new Command("node", "Publish what this node's kernel can do as its NodeCapability, and keep it fresh") { node, kubeconfig };
        var audit = AuditOptions.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new List<string>();
            var options = audit(result, problems);
            foreach (var problem in problems) Say(problem);
            return problems.Count > 0 ? BadInput : await RunAsync(result.GetValue(node)!, result.GetValue(kubeconfig), options, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(string node, string? kubeconfig, AuditOptions? audit, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        try
        {
            using var client = new KubernetesClient(KubernetesConfig.Load(kubeconfig), time, NullLoggerFactory.Instance);
            await using var pipeline = audit is null ? null : new AuditPipeline(audit, node, new LogJournal(Say), Say, time, new LineLogger(Say));
            await PublishAsync(node, client, pipeline?.Journal, time, cancellation);
        }
        catch (KubernetesConfigException mistakes)
        {
            foreach (var line in mistakes.Mistakes) Say(line);
            return BadInput;
        }
        catch (SpoolUnavailableException spool)
        {
            Say(spool.Message);
            return BadInput;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop.
        }

        return Done;
    }

    private static async Task PublishAsync(string node, IKubernetesClient client, AuditJournal? audit, TimeProvider time, CancellationToken cancellation)
    {
        var journal = (INodeJournal?)audit ?? new LogJournal(Say);
        var runner = new TrialRunner([.. OwnProgram.Command, TrialProcess.Verb], TrialLimit, time);
        var publisher = new ReportPublisher(client, journal, time);
        var watch = new MismatchWatch(journal.Found);
        var follower = new PodFollower(client, node, watch, time, new LineLogger(Say));
        Task? following = null;

        async Task<ProbeOutcome> Probe(CancellationToken stop)
        {
            var outcome = await NodeProbe.RunAsync(node, runner, time, stop);
            var report = NodeCapabilityDocument.Report(outcome);
            watch.Report(report, ReportHash.Of(report));
            return outcome;
        }

        async Task Publish(ProbeOutcome outcome, CancellationToken stop)
        {
            if (audit is not null) await audit.IdentifyAsync(client, stop);
            await publisher.PublishAsync(outcome, stop);
            // The report comes first: what needs it waits for it.
            following ??= follower.RunAsync(stop);
        }

        await new NodeLoop(Probe, Publish, () => Kubelet.Start(), Say, time, Random.Shared.NextDouble).RunAsync(cancellation);
    }

    private static void Say(string line) => Console.Error.WriteLine("coral-agent: " + line);
}
