using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Commands;
using Coral.NodeAgent.Serving;
using Coral.NodeAgent.Sidecar;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Sidecar;

/// <summary>The whole life of a sidecar in this process, with trials of a shell script.</summary>
public sealed class SidecarProcessTests : IAsyncLifetime
{
    private static readonly string[] Capabilities = ["BPF", "NET_ADMIN", "PERFMON"];

    private readonly int port = FreePort();
    private readonly string gate = Path.Join(Path.GetTempPath(), $"coral-gate-{Guid.NewGuid():N}");
    private readonly List<string> log = [];
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http = new();
    private Task running = Task.CompletedTask;

    [Fact]
    public async Task It_answers_while_the_trials_are_still_made_and_tells_them_when_they_are()
    {
        await StartAsync("""while [ ! -e GATE ]; do sleep 0.05; done; for fact; do printf '{"begin":"%s"}\n{"state":"ok","micros":7,"method":"load"}\n' $fact; done""");

        Assert.Equal("ok\n", await http.GetStringAsync(Url("health")));
        var before = await StatusAsync();
        Assert.Equal(("probing", "ebpf-minimal", 0), (before.GetProperty("state").GetString(), before.GetProperty("variant").GetString(), before.GetProperty("facts").EnumerateObject().Count()));

        await File.WriteAllTextAsync(gate, "");
        var after = before;
        await Eventually.Async(async () => (after = await StatusAsync()).GetProperty("state").GetString() == "ready", TimeSpan.FromSeconds(30), "the trials are made");
        Assert.Equal(FactCatalogue.All.Select(fact => fact.Name), after.GetProperty("facts").EnumerateObject().Select(fact => fact.Name));
        Assert.Equal(Capabilities, after.GetProperty("capabilities").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(("shop", "web-0", "node-a"), (after.GetProperty("pod").GetProperty("namespace").GetString(), after.GetProperty("pod").GetProperty("name").GetString(), after.GetProperty("pod").GetProperty("node").GetString()));
        Assert.Equal(["connect", "exec-nsenter", "exec-cri"], after.GetProperty("degraded").EnumerateArray().Select(item => item.GetProperty("feature").GetString()));
        Assert.Empty(after.GetProperty("problems").EnumerateArray());
        // The log says the same.
        await Eventually.Async(() => Task.FromResult(Said("without exec-cri: ")), TimeSpan.FromSeconds(10), "the log is whole");
        Assert.True(Said("variant ebpf-minimal, user 0, capabilities BPF, NET_ADMIN, PERFMON"), string.Join('\n', log));
        Assert.True(Said($"eBPF: {FactCatalogue.All.Length} of {FactCatalogue.All.Length} kinds"), string.Join('\n', log));
    }

    [Fact]
    public async Task The_program_asks_itself_how_it_is()
    {
        Assert.Equal(1, await AgentCommand.RunAsync(["--health", $"127.0.0.1:{port}"], default));
        await StartAsync("exit 0");
        Assert.Equal(0, await AgentCommand.RunAsync(["--health", $"127.0.0.1:{port}"], default));
        // Where it listens on every address, loopback is one of them.
        Assert.Equal(0, await AgentCommand.RunAsync(["--health", $"*:{port}"], default));
        Assert.Equal(2, await AgentCommand.RunAsync(["--health", "9001"], default));
    }

    [Theory]
    [InlineData("GET", "/v1/traces", 501, "not there yet: this agent serves /health and /status\n")]
    [InlineData("POST", "/exec", 501, "not there yet: this agent serves /health and /status\n")]
    [InlineData("GET", "/", 404, "no such path: this agent serves /health and /status\n")]
    [InlineData("GET", "/statuses", 404, "no such path: this agent serves /health and /status\n")]
    [InlineData("POST", "/status", 405, "/status takes GET and HEAD\n")]
    [InlineData("HEAD", "/status", 200, "")]
    public async Task What_is_not_there_is_told_in_one_sentence(string method, string path, int code, string body)
    {
        await StartAsync("exit 0");
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path.TrimStart('/')));
        using var answer = await http.SendAsync(request);
        Assert.Equal((code, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task It_ends_when_it_is_told_to_though_trials_hang_and_connections_are_open()
    {
        await StartAsync("sleep 1000");
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, port);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.True(Said("told to stop"), string.Join('\n', log));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_clear_error()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var place = (IPEndPoint)taken.LocalEndpoint;
        var error = await Assert.ThrowsAnyAsync<IOException>(() => Process("exit 0").RunAsync(new ListenPlace(place.Address, place.Port), default));
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        http.Dispose();
        stop.Dispose();
        File.Delete(gate);
    }

    private async Task StartAsync(string script)
    {
        running = Process(script).RunAsync(new ListenPlace(IPAddress.Loopback, port), stop.Token);
        await Eventually.Async(() => Task.FromResult(Said("the agent API is on port") || running.IsCompleted), TimeSpan.FromSeconds(30), "it listens");
    }

    private SidecarProcess Process(string script)
    {
        var runner = new TrialRunner(["/bin/sh", "-c", """echo '{"capabilities":0,"memlock":"not-needed"}'; """ + script.Replace("GATE", gate, StringComparison.Ordinal), "trial"], TimeSpan.FromSeconds(60), TimeProvider.System);
        return new SidecarProcess(SidecarStatus.Begin(new SidecarIdentity("ebpf-minimal", "shop", "web-0", "node-a"), Capabilities, 0), runner, null, Say);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<JsonElement> StatusAsync() => JsonElement.Parse(await http.GetStringAsync(Url("status")));

    private Uri Url(string path) => new($"http://127.0.0.1:{port}/{path}");

    private void Say(string line)
    {
        lock (log) log.Add(line);
    }

    private bool Said(string part)
    {
        lock (log) return log.Exists(line => line.Contains(part, StringComparison.Ordinal));
    }
}
