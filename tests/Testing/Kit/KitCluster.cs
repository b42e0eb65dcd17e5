namespace Coral.Testing.Kit;

/// <summary>How a cluster is started.</summary>
public sealed record KitClusterOptions
{
    /// <summary>Nodes that kwok plays, with the life of their pods.</summary>
    public int FakeNodes { get; init; }

    /// <summary>One real node; needs root, and only one may run on a machine.</summary>
    public bool RealNode { get; init; }

    /// <summary>The API server's AdmissionConfiguration, as a file.</summary>
    public string? AdmissionConfig { get; init; }

    /// <summary>The API server's audit policy, as a file; its log is then <see cref="KitCluster.AuditLog"/>.</summary>
    public string? AuditPolicy { get; init; }

    /// <summary>Feature gates of all components, such as <c>Name=true</c>; null for the release's own.</summary>
    public string? FeatureGates { get; init; }

    /// <summary>More arguments of the API server.</summary>
    public IReadOnlyList<string> ApiServerArguments { get; init; } = [];
}

/// <summary>A Kubernetes control plane of the kit, with state and ports of its own.</summary>
public sealed class KitCluster : IAsyncDisposable
{
    private readonly KitState state;
    private readonly string kubectl;

    private KitCluster(KitState state, string kubeconfig, string kubectl, int port)
    {
        this.state = state;
        this.kubectl = kubectl;
        Kubeconfig = kubeconfig;
        Port = port;
    }

    /// <summary>The path of the administrator's kubeconfig.</summary>
    public string Kubeconfig { get; }

    /// <summary>The API server's port on loopback.</summary>
    public int Port { get; }

    /// <summary>Where the API server writes its audit log, when it was given a policy.</summary>
    public string AuditLog => Path.Join(state.Folder, "audit.log");

    /// <summary>The logs of the control plane's processes, such as <c>kube-apiserver.log</c>.</summary>
    public string Logs => Path.Join(state.Folder, "logs");

    /// <summary>The API server's process, for tests of its loss.</summary>
    public KitProcess ApiServer => new(state.Folder, "kube-apiserver");

    /// <summary>Starts a cluster and waits until it is ready.</summary>
    public static async Task<KitCluster> Start(KitClusterOptions options)
    {
        if (options.RealNode) await KitState.SweepNodesAsync();
        var fresh = new KitState("cluster", "down");
        try
        {
            // The cluster uses its port and the next five.
            var port = Ports.Take(6);
            var kubeconfig = await fresh.Kit(["cluster", "up", "--port", $"{port}", .. Arguments(options)]);
            return new(fresh, kubeconfig, Path.Join(await Kit.Bin("kube"), "kubectl"), port);
        }
        catch
        {
            await fresh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs kubectl as the administrator and gives what it printed, whatever its exit code.</summary>
    public Task<CommandResult> TryKubectl(IEnumerable<string> arguments, string? input = null) =>
        Command.Run(kubectl, ["--kubeconfig", Kubeconfig, .. arguments], input);

    /// <summary>Runs kubectl as the administrator and gives its standard output.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has its output.</exception>
    public Task<string> Kubectl(params IEnumerable<string> arguments) => KubectlWith(null, arguments);

    /// <summary>The same, with text on kubectl's standard input, such as for <c>apply -f -</c>.</summary>
    public async Task<string> KubectlWith(string? input, params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        var result = await TryKubectl(all, input);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"kubectl {string.Join(' ', all)}: {result}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => state.DisposeAsync();

    private static IEnumerable<string> Arguments(KitClusterOptions options) =>
    [
        .. options.FakeNodes > 0 ? ["--fake-nodes", $"{options.FakeNodes}"] : (string[])[],
        .. options.RealNode ? ["--node"] : (string[])[],
        .. options.AdmissionConfig is { } admission ? ["--admission-config", admission] : (string[])[],
        .. options.AuditPolicy is { } audit ? ["--audit-policy", audit] : (string[])[],
        .. options.FeatureGates is { } gates ? ["--feature-gates", gates] : (string[])[],
        .. options.ApiServerArguments.SelectMany(argument => (string[])["--apiserver-arg", argument]),
    ];
}
