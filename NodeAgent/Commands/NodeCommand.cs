using System.CommandLine;
using Coral.Audit.Spool;
using Coral.Kubernetes;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Journal;
using Coral.NodeAgent.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent node</c>: probes, publishes and collects until it is told to stop.</summary>
internal static class NodeCommand
{
    private const int BadInput = 2;
    private const string DefaultMetrics = "127.0.0.1:9103";

    internal static Command Build()
    {
        var node = NodeName.Option("The name of this node's object (CORAL_NODE, else the host's name)", () => Environment.GetEnvironmentVariable("CORAL_NODE") ?? NodeName.OfHost());
        var kubeconfig = new Option<string?>("--kubeconfig") { HelpName = "FILE", Description = "The cluster (KUBECONFIG, else the pod's service account)" };
        var (metrics, otlp) = (MetricsListen(), OtlpOption.Build());
        var command = new Command("node", "Publish what this node's kernel can do as its NodeCapability, and keep it fresh; run collectors") { node, kubeconfig, metrics, otlp };
        var collectors = CollectorOptions.AddTo(command, CollectorOptions.None);
        var audit = AuditOptions.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new List<string>();
            var options = audit(result, problems);
            foreach (var problem in problems) Say(problem);
            if (problems.Count > 0) return BadInput;
            var name = result.GetValue(node)!;
            return await RunAsync(name, result.GetValue(kubeconfig), collectors(result, name), ListenPlace.Parse(result.GetValue(metrics)!), OtlpOption.Parse(result.GetValue(otlp)!), options, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(string node, string? kubeconfig, EngineOptions collectors, ListenPlace? metrics, Uri? otlp, AuditOptions? audit, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        try
        {
            using var client = new KubernetesClient(KubernetesConfig.Load(kubeconfig), time, NullLoggerFactory.Instance);
            await using var pipeline = audit is null ? null : new AuditPipeline(audit, node, !collectors.Collectors.IsEmpty, new LogJournal(Say), Say, time, new LineLogger(Say));
            var process = new NodeProcess(node, collectors, client, pipeline, Say, time);
            await using var server = metrics is null ? null : await ServeAsync(metrics, process);
            if (metrics is not null && server is null) return BadInput;
            using var export = otlp is null ? null : new OtlpExport(otlp, node, process.Read, Say);
            return await process.RunAsync(cancellation);
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
    }

    /// <summary>Null when it can't be listened there, which was said.</summary>
    private static async Task<AgentServer?> ServeAsync(ListenPlace place, NodeProcess process)
    {
        try
        {
            return await AgentServer.StartAsync(place, certificate: null, process.Pages.AnswerAsync);
        }
        catch (IOException failure)
        {
            Say($"--metrics-listen {place}: {failure.Message}");
            return null;
        }
    }

    private static Option<string> MetricsListen()
    {
        var option = new Option<string>("--metrics-listen")
        {
            HelpName = "ADDRESS:PORT",
            Description = $"Where /metrics, /healthz and /readyz are, in plain HTTP; * is every address (CORAL_METRICS_LISTEN, else {DefaultMetrics}); none: nowhere",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CORAL_METRICS_LISTEN") is { Length: > 0 } said ? said : DefaultMetrics,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && text != CollectorOptions.None && ListenPlace.Parse(text) is null) result.AddError($"--metrics-listen is \"{text}\"; it must be an address and a port, such as {DefaultMetrics}, or none");
        });
        return option;
    }

    private static void Say(string line) => Console.Error.WriteLine("coral-agent: " + line);
}
