using System.CommandLine;
using Coral.Kubernetes;
using Coral.Policies;

namespace Coral.Cli.Uninstall;

/// <summary>The options of <c>uninstall</c>.</summary>
internal sealed class UninstallOptions
{
    private readonly Option<string?> kubeconfig = new("--kubeconfig") { HelpName = "FILE", Description = "The cluster ($KUBECONFIG, ~/.kube/config, or the pod's own service account)" };
    private readonly Option<string?> context = new("--context") { HelpName = "NAME", Description = "The context of the kubeconfig" };
    private readonly Option<string?> ns = new("--namespace", "-n") { HelpName = "NAME", Description = $"Where Coral's processes ran ({Vocabulary.SystemNamespace})" };
    private readonly Option<bool> keepCrds = new("--keep-crds") { Description = "Keep the definitions, and with them every InjectionPolicy" };
    private readonly Option<bool> keepAudit = new("--keep-audit") { Description = "Keep the key and the Leases by which the audit's checkpoints are verified" };
    private readonly Option<bool> namespaces = new("--namespaces") { Description = "Opt namespaces out too: take Coral's labels and annotations off them" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Say what would be removed, and remove nothing" };
    private readonly Option<string?> wait = new("--wait") { HelpName = "DURATION", Description = "How long to wait for agents and webhooks to end, and for definitions to be gone (1m)" };

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { kubeconfig, context, ns, keepCrds, keepAudit, namespaces, dryRun, wait }) command.Add(option);
    }

    /// <summary>Ends the call after mistakes, with those of <paramref name="problems"/> too.</summary>
    internal (UninstallChoice Choice, KubernetesConfig Config) Read(ParseResult result, Problems problems)
    {
        var name = result.GetValue(ns) ?? Vocabulary.SystemNamespace;
        if (name.Length == 0) problems.Add("--namespace is empty");
        var patience = TimeSpan.FromMinutes(1);
        if (result.GetValue(wait) is { } text)
        {
            if (Ages.Read(text) is { } length) patience = length;
            else problems.Add($"--wait is \"{text}\"; it must be a length of time such as 30s or 10m");
        }

        var config = problems.Try(() => KubernetesConfig.Load(result.GetValue(kubeconfig), result.GetValue(context)));
        problems.ThrowIfAny();
        var choice = new UninstallChoice
        {
            Namespace = name,
            KeepCrds = result.GetValue(keepCrds),
            KeepAudit = result.GetValue(keepAudit),
            Namespaces = result.GetValue(namespaces),
            DryRun = result.GetValue(dryRun),
            Wait = patience,
        };
        return (choice, config!);
    }
}
