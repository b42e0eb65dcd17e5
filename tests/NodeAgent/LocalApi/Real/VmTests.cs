using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Coral.NodeAgent.Tests.Collectors.Real;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.LocalApi.Real;

/// <summary>The verb <c>vm</c> as a process of its own, with what this kernel sees.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class VmTests : IDisposable
{
    private static readonly string Agent = Path.Join(AppContext.BaseDirectory, "coral-agent.dll");

    private readonly string folder = Directory.CreateTempSubdirectory("coral-vm").FullName;
    private readonly int port = Ports.Take();
    private readonly HttpClient http = new();

    [CollectorFact]
    public async Task M5_what_happens_on_a_plain_machine_can_be_asked_for_and_it_ends_when_told_to()
    {
        using var agent = Start("vm", "--listen", $"127.0.0.1:{port}", "--node", "vm-1");
        await RunningAsync(http, "http");
        using var group = new TestGroup();
        const string Script = "import socket,sys; s=socket.create_server(('127.0.0.1',0)); c=socket.create_connection(s.getsockname()); s.accept(); print(s.getsockname()[1])";
        var target = int.Parse((await group.Run("/usr/bin/python3", "-c", Script, "--password=hunter2")).Output, System.Globalization.CultureInfo.InvariantCulture);

        var found = default(JsonElement);
        await Eventually.Async(
            async () => (found = await EventAsync($"type=connection&command=python3&node=vm-1&limit=10000", e => e.GetProperty("dest_port").GetInt32() == target)).ValueKind == JsonValueKind.Object,
            TimeSpan.FromSeconds(30),
            "the connection is told");
        Assert.Equal(("127.0.0.1", "127.0.0.1"), (found.GetProperty("source_ip").GetString(), found.GetProperty("dest_ip").GetString()));
        Assert.DoesNotContain(found.EnumerateObject(), member => member.Name.StartsWith("k8s_", StringComparison.Ordinal));
        // The time is now, and the same in each of its forms.
        Assert.InRange(found.GetProperty("time").GetDateTimeOffset(), TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2), TimeProvider.System.GetUtcNow());
        Assert.Equal(found.GetProperty("timestamp").GetInt64(), (found.GetProperty("time").GetDateTimeOffset() - DateTimeOffset.UnixEpoch).Ticks * 100);

        var pid = found.GetProperty("pid").GetInt32();
        var exec = await EventAsync($"type=exec&pid={pid}", e => e.GetProperty("executable").GetString()!.Contains("python3", StringComparison.Ordinal));
        Assert.EndsWith("--password=[redacted]", exec.GetProperty("command_line").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await EventAsync($"type=exit&pid={pid}", _ => true)).GetProperty("exit_code").GetInt32());

        var programs = (await JsonAsync("/api/programs")).GetProperty("programs").EnumerateArray().Select(program => program.GetProperty("id").GetInt32()).ToList();
        Assert.True(programs.Count > 5);
        var shown = (await Command.Run("bpftool", ["prog", "show"])).Output;
        Assert.All(programs, id => Assert.Contains($"\n{id}: ", "\n" + shown, StringComparison.Ordinal));

        Signal.Terminate(agent.Id);
        await agent.WaitForExitAsync();
        Assert.Equal(0, agent.ExitCode);
    }

    [CollectorFact]
    public async Task Over_the_network_it_takes_a_token_and_can_be_https()
    {
        var token = new string('t', 40);
        await File.WriteAllTextAsync(Path.Join(folder, "token"), token);
        using var agent = Start("vm", "--listen", $"*:{port}", "--collectors", "exec", "--token-file", Path.Join(folder, "token"), "--cert-dir", Path.Join(folder, "certs"));
        await Eventually.Async(() => Task.FromResult(File.Exists(Path.Join(folder, "certs", "tls.key")) || agent.HasExited), TimeSpan.FromSeconds(60), "certificates are made");
        using var client = Tls.Client(new Uri($"https://localhost:{port}"), await File.ReadAllTextAsync(Path.Join(folder, "certs", "ca.crt")));
        await RunningAsync(client, "https");

        using (var refused = await client.GetAsync(new Uri("/api/stats", UriKind.Relative))) Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using (var read = await client.GetAsync(new Uri("/api/stats", UriKind.Relative))) Assert.Equal(HttpStatusCode.OK, read.StatusCode);

        Signal.Terminate(agent.Id);
        await agent.WaitForExitAsync();
        Assert.DoesNotContain("clear text", await agent.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task RunningAsync(HttpClient client, string scheme) => await Eventually.Async(
        async () =>
        {
            try
            {
                var status = JsonElement.Parse(await client.GetStringAsync(new Uri($"{scheme}://localhost:{port}/status")));
                return status.GetProperty("collectors").EnumerateArray().All(collector => collector.GetProperty("state").GetString() == "running");
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(60),
        "its collectors run");

    private async Task<JsonElement> EventAsync(string query, Func<JsonElement, bool> isIt) =>
        (await JsonAsync("/api/events?" + query)).GetProperty("events").EnumerateArray().FirstOrDefault(isIt);

    private async Task<JsonElement> JsonAsync(string path) => JsonElement.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}{path}")));

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Agent, .. arguments]) { RedirectStandardError = true, UseShellExecute = false, Environment = { ["DEPLOYMENT_MODE"] = "vm" } })!;
}
