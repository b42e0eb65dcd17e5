using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>A cluster whose pods really run: the user's, or a real node of the kit with our images and a search server.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    // The kit's node and this side of the link to it; see the kit's README.
    private const string NodeNamespace = "coral-kit";
    private const string ThisSide = "10.254.0.1";

    private readonly string kubectl;
    private readonly KitCluster? kit;

    private TestCluster(string kubeconfig, string kubectl, KitCluster? kit)
    {
        Kubeconfig = kubeconfig;
        this.kubectl = kubectl;
        this.kit = kit;
    }

    public string Kubeconfig { get; }

    /// <summary>The kit's search server, which a test may stop; null on a user's cluster.</summary>
    public KitSearch? OwnSearch { get; private set; }

    /// <summary>The search server as it is reached from here; null for none.</summary>
    public Uri? Search { get; private set; }

    /// <summary>The same as it is reached from pods.</summary>
    public Uri? SearchFromPods { get; private set; }

    private Relay? Relay { get; set; }

    public static async Task<TestCluster> StartAsync()
    {
        if (Target.Kubeconfig is { } given)
        {
            var search = Target.Search is { } said ? new Uri(said) : null;
            return new(given, "kubectl", null) { Search = search, SearchFromPods = search };
        }

        var kit = await KitCluster.Start(new() { RealNode = true });
        var cluster = new TestCluster(kit.Kubeconfig, Path.Join(await Kit.Bin("kube"), "kubectl"), kit);
        try
        {
            // A node has a route to the rest of the world; without any, connecting to a Service's address fails before kube-proxy's rules see it.
            var routed = await Command.Run("ip", ["-n", NodeNamespace, "route", "add", "default", "via", ThisSide]);
            if (routed.ExitCode != 0) throw new InvalidOperationException($"the node gets no default route: {routed}");
            await KitImages.LoadAsync("coral-agent", "coral-agent-debug", "coral-webhook");
            cluster.OwnSearch = await KitSearch.Up();
            cluster.Search = cluster.OwnSearch.Url;
            cluster.Relay = new Relay(ThisSide, 9200, cluster.Search.Port);
            cluster.SearchFromPods = new($"http://{ThisSide}:9200");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs kubectl and gives what it printed, whatever its exit code.</summary>
    public Task<CommandResult> Try(params IEnumerable<string> arguments) => Command.Run(kubectl, ["--kubeconfig", Kubeconfig, .. arguments]);

    /// <summary>Runs kubectl and gives its standard output.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has its output.</exception>
    public async Task<string> Kubectl(params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        return Succeeded(await Try(all), $"kubectl {string.Join(' ', all)}").Output;
    }

    /// <summary>Applies YAML, and gives what kubectl wrote to its standard error: the warnings.</summary>
    public async Task<string> Apply(string yaml) => Succeeded(await Command.Run(kubectl, ["--kubeconfig", Kubeconfig, "apply", "-f", "-"], yaml), "kubectl apply").Errors;

    /// <summary>Reads an object or a list.</summary>
    public async Task<JsonNode> Get(params IEnumerable<string> arguments) => JsonNode.Parse(await Kubectl(["get", "-o", "json", .. arguments]))!;

    /// <summary>The items of a list.</summary>
    public async Task<IReadOnlyList<JsonNode>> List(params IEnumerable<string> arguments) => [.. (await Get(arguments))["items"]!.AsArray().Select(item => item!)];

    /// <summary>Runs a program with this cluster as its own and this kubectl first in its path.</summary>
    public async Task<CommandResult> Run(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var variables = environment.ToDictionary(pair => pair.Name, pair => pair.Value);
        variables["KUBECONFIG"] = Kubeconfig;
        if (Path.GetDirectoryName(kubectl) is { Length: > 0 } folder) variables["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        return await Command.Run(program, arguments, environment: variables, workingDirectory: Repository.Root);
    }

    public async ValueTask DisposeAsync()
    {
        if (Relay is not null) await Relay.DisposeAsync();
        if (OwnSearch is not null) await OwnSearch.DisposeAsync();
        if (kit is not null) await kit.DisposeAsync();
    }

    private static CommandResult Succeeded(CommandResult result, string what) => result.ExitCode == 0 ? result : throw new InvalidOperationException($"{what}: {result}");
}
