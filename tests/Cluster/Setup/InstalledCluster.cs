using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>A cluster with Coral Policy in it, for all tests of a collection; taken out again at their end. A cluster that has one already is left alone.</summary>
public abstract class InstalledCluster : IAsyncLifetime
{
    private const string Mark = "coral-e2e";

    private readonly Installation installation;
    private TestCluster? cluster;
    private bool isIn;
    private int namespaces;

    private protected InstalledCluster(Installation installation) => this.installation = installation;

    internal TestCluster Cluster => cluster ?? throw new InvalidOperationException($"no cluster was started: {Target.Missing}");

    public async Task InitializeAsync()
    {
        if (Target.Missing is not null) return;
        var started = await TestCluster.StartAsync();
        try
        {
            var there = await started.Try("get", "mutatingwebhookconfiguration/coral-policy", "namespace/coral-system", "--ignore-not-found", "-o", "name");
            if (there is not { ExitCode: 0, Output: "" }) throw new InvalidOperationException($"Coral Policy is installed there already, or the cluster can't be asked; nothing was touched: {there}");
            cluster = started;
            await PrepareAsync();
            isIn = true;
            await installation.InstallAsync(Cluster);
            await ReadyAsync();
        }
        catch (Exception e)
        {
            var state = cluster is null ? "" : await StateAsync();
            await DisposeAsync();
            if (cluster is null) await started.DisposeAsync();
            throw new InvalidOperationException($"{e.Message}\n{state}", e);
        }
    }

    public async Task DisposeAsync()
    {
        if (cluster is null) return;
        if (Target.Kubeconfig is not null)
        {
            await cluster.Try("delete", "namespace", "-l", $"{Mark}=true", "--timeout=180s");
            await UninstallAsync();
        }

        await cluster.DisposeAsync();
    }

    /// <summary>Takes it out before the end.</summary>
    internal async Task UninstallAsync()
    {
        if (!isIn) return;
        isIn = false;
        await installation.UninstallAsync(Cluster);
    }

    /// <summary>Takes the namespaces of tests away, without waiting for the end of their pods.</summary>
    internal Task SweepAsync() => Cluster.Kubectl("delete", "namespace", "-l", $"{Mark}=true", "--wait=false");

    /// <summary>A new namespace that says its level, with labels beside it such as <c>coral.io/inject=true</c>.</summary>
    internal async Task<string> NamespaceAsync(string level, params string[] labels)
    {
        var name = $"{Mark}-{level}-{Interlocked.Increment(ref namespaces)}";
        await Cluster.Kubectl("create", "namespace", name);
        await Cluster.Kubectl(["label", "namespace", name, $"{Mark}=true", $"pod-security.kubernetes.io/enforce={level}", .. labels]);
        await Eventually.Async(async () => (await Cluster.Try("get", "serviceaccount", "default", "-n", name)).ExitCode == 0, TimeSpan.FromSeconds(60), $"{name} has its account");
        return name;
    }

    /// <summary>The same, opted in.</summary>
    internal Task<string> OptedInAsync(string level, params string[] labels) => NamespaceAsync(level, [.. labels, "coral.io/inject=true"]);

    /// <summary>The same, where a policy wants the sidecar as a regular container.</summary>
    internal async Task<string> RegularAsync(string level)
    {
        await PolicyAsync("regular", "e2e-form=regular", new JsonObject { ["nativeSidecar"] = "never" });
        var ns = await OptedInAsync(level, "e2e-form=regular");
        await Eventually.Async(async () => Injected.Has(await Cluster.TrialAsync(App.Pod("trial", ns))), TimeSpan.FromSeconds(30), "the policy is followed");
        return ns;
    }

    /// <summary>What a namespace with these labels gets: a policy that stands before that of all.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="label">The namespaces' label, as <c>KEY=VALUE</c>.</param>
    /// <param name="spec">Members beside <c>match</c> and <c>priority</c>.</param>
    internal async Task PolicyAsync(string name, string label, JsonObject spec)
    {
        var whole = spec.DeepClone().AsObject();
        var parts = label.Split('=');
        whole["priority"] = 100;
        whole["match"] = new JsonObject { ["namespaces"] = new JsonObject { ["matchLabels"] = new JsonObject { [parts[0]] = parts[1] } } };
        await ApplyPolicyAsync(name, whole);
    }

    /// <summary>Parts that an installation needs before it.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    // Where the images have another name than the shipped one, the sidecar's has too.
    private async Task ApplyPolicyAsync(string name, JsonObject spec)
    {
        if (Target.Registry is not null || Target.Tag is not null)
        {
            spec["variants"] = new JsonObject(new[] { "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged" }
                .Select(variant => KeyValuePair.Create<string, JsonNode?>(variant, new JsonObject { ["image"] = Target.Image("coral-agent") })));
        }

        await Cluster.Apply(new JsonObject { ["apiVersion"] = "coral.io/v1alpha1", ["kind"] = "InjectionPolicy", ["metadata"] = new JsonObject { ["name"] = $"{Mark}-{name}" }, ["spec"] = spec }.ToJsonString());
        await Cluster.Kubectl("wait", "--for=condition=Valid", $"injectionpolicy/{Mark}-{name}", "--timeout=60s");
    }

    private async Task ReadyAsync()
    {
        await ApplyPolicyAsync("all", []);
        await Eventually.Async(async () => (await Cluster.List("nodecapabilities")).Count == (await Cluster.List("nodes", "-l", "kubernetes.io/os=linux")).Count, TimeSpan.FromSeconds(120), "each node has its report");
        // The webhook hears of a report a moment after it was written.
        var trial = await OptedInAsync("privileged");
        await Eventually.Async(
            async () => Injected.Of(await Cluster.TrialAsync(App.Pod("trial", trial))) is { } sidecar && sidecar.Reason is not ("no-report" or "facts-not-ready"), TimeSpan.FromSeconds(60), "decisions follow the reports");
        await Cluster.Kubectl("delete", "namespace", trial, "--wait=false");
    }

    // What is looked at first when an installation does not come up.
    private async Task<string> StateAsync()
    {
        var pods = await Cluster.Try("get", "pods", "-A", "-o", "wide");
        var events = await Cluster.Try("get", "events", "-A", "--field-selector", "type=Warning");
        var webhook = await Cluster.Try("logs", "-n", "coral-system", "-l", "app.kubernetes.io/name=coral-webhook", "--tail=20");
        var agent = await Cluster.Try("logs", "-n", "coral-system", "-l", "app=coral-agent", "--tail=20");
        return string.Join('\n', pods, events, webhook, agent);
    }
}
