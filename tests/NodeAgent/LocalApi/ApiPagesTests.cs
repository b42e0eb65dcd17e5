using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.LocalApi;
using Coral.NodeAgent.Serving;
using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.LocalApi;

public sealed class ApiPagesTests : IAsyncDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly int port = Ports.Take();
    private readonly string tokenFile = Path.Join(Path.GetTempPath(), $"coral-token-{Guid.NewGuid():N}");
    private readonly FakeTimeProvider time = new(Events.Noon.AddMinutes(1));
    private readonly RecentEvents events = new(100, new BootClock(TimeProvider.System));
    private readonly HttpClient http = new();
    private AgentServer? server;

    [Fact]
    public async Task M33_events_are_answered_in_an_object_the_newest_first()
    {
        await StartAsync(new LoopbackAccess());
        for (var at = 0; at < 5; at++) events.Take(Events.Connection(Events.Noon.AddSeconds(at), pid: 100 + at), null);
        events.Take(Events.Exec("ls"), null);
        var answer = await JsonAsync("/api/events?type=connection&limit=2");
        Assert.Equal([104, 103], answer.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("pid").GetInt32()));
        Assert.Equal((2, 5), (answer.GetProperty("count").GetInt32(), answer.GetProperty("total_count").GetInt32()));
        Assert.Single((await JsonAsync("/api/events?command=mysql&node=vm-1")).GetProperty("events").EnumerateArray());
        Assert.Empty((await JsonAsync("/api/events?node=vm-2")).GetProperty("events").EnumerateArray());
    }

    [Fact]
    public async Task Mistakes_in_the_question_are_400_and_said()
    {
        await StartAsync(new LoopbackAccess());
        using var answer = await http.GetAsync(Url("/api/events?limit=0&pid=x"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(2, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Statistics_and_programs_say_what_collectors_saw_and_lost()
    {
        await StartAsync(new LoopbackAccess());
        events.Take(Events.Connection(), null);
        var stats = await JsonAsync("/api/stats");
        Assert.Equal((1, 1), (stats.GetProperty("total_events").GetInt32(), stats.GetProperty("events_by_type").GetProperty("connection").GetInt32()));
        Assert.Equal(1, stats.GetProperty("events_by_node").GetProperty("vm-1").GetInt32());
        Assert.Equal((10, 3), (stats.GetProperty("collectors").GetProperty("exec").GetProperty("seen").GetInt32(), stats.GetProperty("collectors").GetProperty("exec").GetProperty("lost_ring").GetInt32()));
        Assert.False(stats.GetProperty("collectors").TryGetProperty("connect", out _));
        var program = Assert.Single((await JsonAsync("/api/programs")).GetProperty("programs").EnumerateArray());
        Assert.Equal(("exec", "on_exec", 42), (program.GetProperty("collector").GetString(), program.GetProperty("name").GetString(), program.GetProperty("id").GetInt32()));
        var status = await JsonAsync("/status");
        Assert.Equal(60, status.GetProperty("uptime_seconds").GetInt32());
        Assert.Equal(["exec: running ", "connect: left-out refused"], status.GetProperty("collectors").EnumerateArray().Select(one => $"{one.GetProperty("name")}: {one.GetProperty("state")} {(one.TryGetProperty("reason", out var why) ? why : default)}"));
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/api", 404)]
    [InlineData("GET", "/api/events/", 404)]
    [InlineData("POST", "/api/events", 405)]
    [InlineData("HEAD", "/api/events", 200)]
    [InlineData("GET", "/health", 200)]
    public async Task Paths_and_methods_are_checked(string method, string path, int code)
    {
        await StartAsync(new LoopbackAccess());
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));
        using var answer = await http.SendAsync(request);
        Assert.Equal(code, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("10.0.0.1", 421)]
    public async Task A_page_of_another_site_that_points_its_name_here_reads_nothing(string host, int code)
    {
        await StartAsync(new LoopbackAccess());
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("/api/stats")) { Headers = { Host = host } };
        using var answer = await http.SendAsync(request);
        Assert.Equal(code, (int)answer.StatusCode);
    }

    [Fact]
    public async Task With_a_token_only_who_has_it_reads_and_a_new_one_counts_at_once()
    {
        await File.WriteAllTextAsync(tokenFile, Token + "\n");
        await StartAsync(new TokenFileAccess(tokenFile));
        Assert.Equal((401, 401, 401, 200), (await CodeAsync(null), await CodeAsync(Token[..31]), await CodeAsync(Token + "0"), await CodeAsync(Token)));
        using (var open = await http.GetAsync(Url("/health"))) Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        using (var open = await http.GetAsync(Url("/status"))) Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        var fresh = new string('f', 32);
        await File.WriteAllTextAsync(tokenFile, fresh);
        Assert.Equal((401, 200), (await CodeAsync(Token), await CodeAsync(fresh)));
        // Nobody is let in by an empty token, nor without the file.
        await File.WriteAllTextAsync(tokenFile, "");
        Assert.Equal((503, 503), (await CodeAsync(fresh), await CodeAsync("x")));
        File.Delete(tokenFile);
        Assert.Equal(503, await CodeAsync(fresh));
    }

    [Theory]
    [InlineData("", "holds 0 characters")]
    [InlineData("short\n", "holds 5 characters")]
    [InlineData(Token, null)]
    public async Task A_token_that_can_be_guessed_is_refused_at_the_start(string text, string? problem)
    {
        await File.WriteAllTextAsync(tokenFile, text);
        var said = new TokenFileAccess(tokenFile).Problem();
        if (problem is null) Assert.Null(said);
        else Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        http.Dispose();
        File.Delete(tokenFile);
    }

    private async Task StartAsync(IApiAccess access)
    {
        var account = new CollectorAccount(ImmutableSortedDictionary.CreateRange([KeyValuePair.Create(7UL, new Counts(10, 0, 0, 7, 3, 0, 0, 0))]), default, 7, 3, 10);
        ImmutableArray<CollectorStatus> collectors =
        [
            CollectorStatus.Of("exec") with { State = CollectorState.Running, Account = account, Programs = [new BpfProgramInfo("on_exec", 42, 0, 900)] },
            CollectorStatus.Of("connect") with { State = CollectorState.LeftOut, Reason = "refused" },
        ];
        var pages = new ApiPages("vm-1", events, new EventJson(1, null), () => collectors, access, Events.Noon, time);
        server = await AgentServer.StartAsync(new ListenPlace(IPAddress.Loopback, port), null, pages.AnswerAsync);
    }

    private async Task<int> CodeAsync(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("/api/stats"));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.Unauthorized) Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        return (int)answer.StatusCode;
    }

    private async Task<JsonElement> JsonAsync(string path) => JsonElement.Parse(await http.GetStringAsync(Url(path)));

    private Uri Url(string path) => new($"http://127.0.0.1:{port}{path}");
}
