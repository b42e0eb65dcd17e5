using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Commands;
using Coral.NodeAgent.LocalApi;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.LocalApi;

public sealed class DeploymentTests
{
    private static readonly string Agent = Path.Join(AppContext.BaseDirectory, "coral-agent.dll");

    [Theory]
    [InlineData("", false)]
    [InlineData("KUBERNETES_SERVICE_HOST=10.0.0.1", true)]
    [InlineData("DEPLOYMENT_MODE=kubernetes", true)]
    [InlineData("DEPLOYMENT_MODE=vm KUBERNETES_SERVICE_HOST=10.0.0.1", false)]
    [InlineData("DEPLOYMENT_MODE= KUBERNETES_SERVICE_HOST=10.0.0.1", true)]
    public void M17_M18_where_it_runs_is_seen_and_can_be_said(string environment, bool inKubernetes)
    {
        var problems = new List<string>();
        var deployment = Deployment.Read(Of(environment + " NODE_NAME=node-a POD_NAME=monitor-1 POD_NAMESPACE=ebpf-system"), problems);
        Assert.Empty(problems);
        Assert.Equal(new Deployment(inKubernetes ? new OwnPod("node-a", "ebpf-system", "monitor-1") : null), deployment);
    }

    [Fact]
    public void M19_M21_what_the_pod_must_tell_is_asked_for_all_at_once()
    {
        var problems = new List<string>();
        Deployment.Read(Of("DEPLOYMENT_MODE=kubernetes"), problems);
        Assert.Equal(3, problems.Count);
        Assert.Equal("POD_NAME is not set: in Kubernetes the pod gives it by the downward API, from metadata.name; on a plain machine set DEPLOYMENT_MODE=vm", problems[2]);
    }

    [Theory]
    [InlineData("*:8080")]
    [InlineData("0.0.0.0:8080")]
    [InlineData("10.0.0.7:8080")]
    public async Task An_api_that_others_reach_needs_a_token_or_does_not_start(string listen)
    {
        var result = await Command.Run("dotnet", [Agent, "vm", "--listen", listen]);
        Assert.Equal((2, $"coral-agent: --listen {listen} lets others than this machine ask what runs here: give --token-file FILE, or listen on 127.0.0.1:8080\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task All_mistakes_of_the_command_come_at_once()
    {
        var result = await Command.Run("dotnet", [Agent, "vm", "--keep", "0", "--collectors", "exec,auto,foo"]);
        Assert.Equal(2, result.ExitCode);
        foreach (var line in new[] { "--keep is \"0\"", "--collectors has \"foo\"", "--collectors has \"auto\"" }) Assert.Contains(line, result.Errors, StringComparison.Ordinal);
        result = await Command.Run("dotnet", [Agent, "vm", "--listen", "8080", "--token-file", "/nowhere/token"]);
        Assert.Equal(2, result.ExitCode);
        foreach (var line in new[] { "--listen is \"8080\"", "--token-file: " }) Assert.Contains(line, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "exec", true)]
    [InlineData("none", "exec", false)]
    [InlineData(" connect , connect", "connect", true)]
    public void Collectors_are_asked_for_by_name_or_all_or_none(string text, string name, bool isThere) => Assert.Equal(isThere, Engine("--collectors", text).Collectors.Contains(name));

    [Fact]
    public async Task Each_request_has_a_record_only_where_that_is_asked_for()
    {
        Assert.False(Engine().HttpRecords);
        Assert.True(Engine("--http-records").HttpRecords);
        var result = await Command.Run("dotnet", [Agent, "vm", "--keep", "0"], environment: new Dictionary<string, string> { ["CORAL_HTTP_RECORDS"] = "yes" });
        Assert.Equal(2, result.ExitCode);
        foreach (var line in new[] { "--keep is \"0\"", "CORAL_HTTP_RECORDS is \"yes\"; it must be true or false" }) Assert.Contains(line, result.Errors, StringComparison.Ordinal);
    }

    private static EngineOptions Engine(params string[] arguments)
    {
        var command = new System.CommandLine.Command("any");
        var engine = CollectorOptions.AddTo(command, CollectorOptions.Auto);
        return engine(command.Parse(arguments), "node");
    }

    private static Func<string, string?> Of(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => variables.GetValueOrDefault(name);
    }
}
