using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.AgentStatus;

/// <summary>Against a server that answers what tests/NodeAgent shows the agent to answer.</summary>
public sealed class AgentStatusTests : IAsyncLifetime
{
    private static readonly string Told = File.ReadAllText(Path.Combine(Repository.Root, "tests", "NodeAgent", "Golden", "status.json"));

    private readonly WebApplication app;
    private string body = Told;
    private int code = 200;

    public AgentStatusTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/status" ? code : 404;
            return context.Response.WriteAsync(body);
        });
    }

    [Fact]
    public async Task It_tells_what_the_agent_says()
    {
        var run = await Coral.Run("agent", "status", "--url", Url);
        Assert.Equal((1, ""), (run.Code, run.Error));
        Golden.Check("agent-status.txt", run.Out);
        Assert.Equal(Told.TrimEnd(), (await Coral.Run("agent", "status", "--url", Url, "-o", "json")).Out.TrimEnd());
    }

    [Fact]
    public async Task Without_problems_it_is_done()
    {
        body = """{"state":"ready","variant":"restricted","capabilities":[],"facts":{},"degraded":[],"problems":[]}""";
        var run = await Coral.Run("agent", "status", "--url", Url);
        Assert.Equal(0, run.Code);
        Assert.Contains("not tried", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "hello", "answers no JSON")]
    [InlineData(200, "{\"variant\":\"x\"}", "answers something else")]
    [InlineData(503, "", "answers 503")]
    public async Task What_is_no_agent_is_told(int status, string text, string why)
    {
        (code, body) = (status, text);
        var run = await Coral.Run("agent", "status", "--url", Url);
        Assert.Equal((3, $"coral: {Url}/ is no agent: it {why}\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task Nobody_there_is_told()
    {
        await app.StopAsync();
        var run = await Coral.Run("agent", "status", "--url", Url);
        Assert.Equal(3, run.Code);
        Assert.StartsWith($"coral: no agent answers at {Url}/ (", run.Error, StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        await app.StartAsync();
        Url = app.Urls.Single();
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    private string Url { get; set; } = "";
}
