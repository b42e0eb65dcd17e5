using System.CommandLine;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Facts;

/// <summary>The options by which a user says for which cluster a decision is meant.</summary>
internal sealed class FactsOptions
{
    private readonly Option<string?> standalone = new("--standalone") { HelpName = "DIR", Description = "Take namespaces, nodes, reports and policies from this folder of YAML" };
    private readonly Option<string?> kubeconfig = new("--kubeconfig") { HelpName = "FILE", Description = "Take them from the cluster of this kubeconfig, read once" };
    private readonly Option<string?> context = new("--context") { HelpName = "NAME", Description = "The context of the kubeconfig" };
    private readonly Option<string?> ns = new("--namespace", "-n") { HelpName = "NAME", Description = "The namespace of the objects (their own, else default)" };
    private readonly Option<string?> level = new("--level")
    {
        HelpName = "LEVEL",
        Description = "The Pod Security level that the namespace enforces: privileged, baseline or restricted, with a version if need be (baseline:v1.30)",
    };

    private readonly Option<string?> podSecurityConfig = new("--pod-security-config")
    {
        HelpName = "FILE",
        Description = "What the API server enforces where labels are silent, and whom it exempts: its AdmissionConfiguration or PodSecurityConfiguration",
    };

    private readonly Option<string?> nodeFacts = new("--node-facts")
    {
        HelpName = "FILE|NAME",
        Description = "A NodeCapability document (coral-agent probe -o json), or the name of a recorded one such as debian-6.1: the pods land on this node, which has no labels or taints",
    };

    private readonly Option<string?> policy = new("--policy") { HelpName = "DIR", Description = "Decide as if the InjectionPolicy files of this folder were applied too" };
    private readonly Option<string?> serverVersion = new("--server-version") { HelpName = "VERSION", Description = "The Kubernetes version, such as v1.34 (the cluster's own, else the newest known)" };

    internal void AddTo(Command command)
    {
        foreach (var option in new[] { standalone, kubeconfig, context, ns, level, podSecurityConfig, nodeFacts, policy, serverVersion }) command.Add(option);
    }

    internal FactsChoice Read(ParseResult result, Problems problems)
    {
        var choice = new FactsChoice
        {
            Standalone = result.GetValue(standalone),
            Kubeconfig = result.GetValue(kubeconfig),
            Context = result.GetValue(context),
            Namespace = result.GetValue(ns),
            Level = Level(result.GetValue(level), problems),
            PodSecurityConfig = result.GetValue(podSecurityConfig),
            NodeFacts = result.GetValue(nodeFacts),
            Policy = result.GetValue(policy),
            ServerVersion = Version(result.GetValue(serverVersion), problems),
        };
        if (choice is { Standalone: not null, Kubeconfig: not null }) problems.Add("--standalone and --kubeconfig exclude each other: facts come from a folder or from a cluster");
        if (choice is { Context: not null, Kubeconfig: null }) problems.Add("--context needs --kubeconfig");
        if (choice.Namespace is { Length: 0 }) problems.Add("--namespace is empty");
        if (choice.Standalone is { } folder && !Directory.Exists(folder) && !File.Exists(folder)) problems.Add($"--standalone {folder}: there is no such folder");
        if (choice.Policy is { } policies && !Directory.Exists(policies) && !File.Exists(policies)) problems.Add($"--policy {policies}: there is no such folder");
        if (choice.PodSecurityConfig is { } config && !File.Exists(config)) problems.Add($"--pod-security-config {config}: there is no such file");
        if (choice.NodeFacts is { } facts && !File.Exists(facts) && !RecordedReports.Has(facts))
            problems.Add($"--node-facts {facts}: there is no such file, and no recorded report of that name; there are: {string.Join(", ", RecordedReports.Names)}");
        return choice;
    }

    private static LevelVersion? Level(string? text, Problems problems)
    {
        if (text is null) return null;
        var colon = text.IndexOf(':');
        var version = PolicyVersion.Latest;
        var name = colon < 0 ? text : text.AsSpan(0, colon);
        if (Levels.TryParse(name, out var level) && (colon < 0 || PolicyVersion.TryParse(text.AsSpan(colon + 1), out version))) return new LevelVersion(level, version);
        problems.Add($"--level is \"{text}\"; it must be privileged, baseline or restricted, with or without a version (baseline:v1.30)");
        return null;
    }

    private static KubernetesVersion? Version(string? text, Problems problems)
    {
        if (text is null) return null;
        if (KubernetesVersion.TryParse(text, out var version)) return version;
        problems.Add($"--server-version is \"{text}\"; it must be like v1.36");
        return null;
    }
}
