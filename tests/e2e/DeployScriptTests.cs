using Coral.Testing;

namespace Coral.EndToEnd;

/// <summary><c>scripts/deploy.sh</c> where no cluster is needed: what it says of mistakes, and how it pushes by whatever is there. Programs that push are stand-ins that write down how they were called.</summary>
public sealed class DeployScriptTests : IDisposable
{
    /// <summary>Notes its arguments; of an engine that does not run, asking for its version fails.</summary>
    private const string StandIn = """
        #!/usr/bin/env bash
        name=${0##*/}
        [ "$1" = version ] && { [ ! -e "${0%/*}/$name.down" ]; exit; }
        echo "$name $*" >> "${0%/*}/calls"
        """;

    // No other program is there: a machine may have some of those that push.
    private static readonly string[] Needed = ["bash", "env", "sed", "grep", "tar", "head", "mktemp", "realpath", "dirname", "rm", "cat"];

    private readonly string folder = Directory.CreateTempSubdirectory("coral-deploy-").FullName;

    public DeployScriptTests()
    {
        foreach (var name in Needed) File.CreateSymbolicLink(Path.Join(folder, name), new[] { "/usr/bin", "/bin" }.Select(bin => Path.Join(bin, name)).First(File.Exists));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task All_mistakes_come_at_once_and_the_exit_code_is_2()
    {
        var run = await Deploy("frob", "--tag", "a b", "--overlay", "x", "--timeout", "5", "--registry", "https://r", "--port", "p", "--frob");
        Assert.Equal(
            [
                "deploy.sh: --frob is no option; see scripts/deploy.sh --help",
                "deploy.sh: \"frob\" is no verb; there are: build, push, deploy, all, status, logs, port-forward, undeploy. See scripts/deploy.sh --help",
                "deploy.sh: --tag is \"a b\"; it must be letters, digits, - _ and .",
                "deploy.sh: --registry is \"https://r\"; it must be like registry.example/team, without https://",
                "deploy.sh: --timeout is \"5\"; it must be like 90s or 5m",
                "deploy.sh: --port is \"p\"; it must be a port's number",
                "deploy.sh: --overlay is \"x\"; there are: default dev documented-table ha non-privileged observe-only standard",
            ],
            Lines(run.Errors));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal("deploy.sh: push needs --registry HOST (or REGISTRY=HOST): where the cluster's nodes pull from", Assert.Single(Lines((await Deploy("push")).Errors)));
    }

    [Fact]
    public async Task Its_help_and_the_page_name_every_verb_and_option()
    {
        var help = (await Deploy("--help")).Output;
        var page = await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs", "operations", "install.md"));
        foreach (var word in new[] { "build", "push", "deploy", "all", "status", "logs", "port-forward", "undeploy", "--registry", "--tag", "--overlay", "--timeout", "--port", "--archives", "--keep-crds" })
        {
            Assert.Contains($"  {word} ", help, StringComparison.Ordinal);
            if (word != "all") Assert.Matches($"(?m)^\\| `{word}[` ]", page);
        }
    }

    [Fact]
    public async Task All_builds_pushes_and_goes_on_to_the_cluster()
    {
        var archives = await Archives();
        foreach (var tool in new[] { "make", "crane", "kubectl" }) await Place(tool);
        // The stand-in of kubectl answers nothing that could be installed on.
        await Deploy("all", "--registry", "r.example", "--tag", "v1.0.0", "--archives", archives);
        var calls = await File.ReadAllLinesAsync(Path.Join(folder, "calls"));
        Assert.Equal(["make images REGISTRY=r.example VERSION=v1.0.0", $"crane push {archives}/coral-webhook.tar r.example/coral-webhook:v1.0.0", $"crane push {archives}/coral-agent.tar r.example/coral-agent:v1.0.0", $"crane push {archives}/coral-agent-debug.tar r.example/coral-agent:v1.0.0-debug", "kubectl get --raw /version"], calls[..5]);
    }

    [Theory]
    [InlineData("skopeo", "skopeo copy oci-archive:{archives}/coral-webhook.tar:latest docker://r.example:5000/t/coral-webhook:v1", "skopeo copy oci-archive:{archives}/coral-agent.tar:latest docker://r.example:5000/t/coral-agent:v1", "skopeo copy oci-archive:{archives}/coral-agent-debug.tar:debug docker://r.example:5000/t/coral-agent:v1-debug")]
    [InlineData("crane", "crane push {archives}/coral-webhook.tar r.example:5000/t/coral-webhook:v1", "crane push {archives}/coral-agent.tar r.example:5000/t/coral-agent:v1", "crane push {archives}/coral-agent-debug.tar r.example:5000/t/coral-agent:v1-debug")]
    [InlineData(
        "podman",
        "podman load -i {archives}/coral-webhook.tar", "podman tag coral-webhook:v0 r.example:5000/t/coral-webhook:v1", "podman push r.example:5000/t/coral-webhook:v1",
        "podman load -i {archives}/coral-agent.tar", "podman tag coral-agent:v0 r.example:5000/t/coral-agent:v1", "podman push r.example:5000/t/coral-agent:v1",
        "podman load -i {archives}/coral-agent-debug.tar", "podman tag coral-agent:v0-debug r.example:5000/t/coral-agent:v1-debug", "podman push r.example:5000/t/coral-agent:v1-debug")]
    [InlineData(
        "ctr",
        "ctr images import {archives}/coral-webhook.tar", "ctr images tag --force docker.io/library/coral-webhook:v0 r.example:5000/t/coral-webhook:v1", "ctr images push r.example:5000/t/coral-webhook:v1",
        "ctr images import {archives}/coral-agent.tar", "ctr images tag --force docker.io/library/coral-agent:v0 r.example:5000/t/coral-agent:v1", "ctr images push r.example:5000/t/coral-agent:v1",
        "ctr images import {archives}/coral-agent-debug.tar", "ctr images tag --force docker.io/library/coral-agent:v0-debug r.example:5000/t/coral-agent:v1-debug", "ctr images push r.example:5000/t/coral-agent:v1-debug")]
    public async Task Images_are_pushed_by_what_is_there(string tool, params string[] calls)
    {
        var archives = await Archives();
        // Its engine does not run.
        await Place("docker");
        await File.WriteAllTextAsync(Path.Join(folder, "docker.down"), "");
        await Place(tool);
        var run = await Deploy("push", "--registry", "r.example:5000/t/", "--tag", "v1", "--archives", archives);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(calls.Select(call => call.Replace("{archives}", archives, StringComparison.Ordinal)), await File.ReadAllLinesAsync(Path.Join(folder, "calls")));
        Assert.Equal([$"== push r.example:5000/t/coral-webhook:v1 ({tool})", $"== push r.example:5000/t/coral-agent:v1 ({tool})", $"== push r.example:5000/t/coral-agent:v1-debug ({tool})"], Lines(run.Output));
    }

    [Fact]
    public async Task Where_nothing_can_push_it_says_what_to_do()
    {
        var run = await Deploy("push", "--registry", "r.example", "--archives", await Archives());
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("deploy.sh: nothing here can push images: install skopeo or crane, ", Assert.Single(Lines(run.Errors)));
    }

    [Fact]
    public async Task Images_that_were_not_made_are_named()
    {
        await Place("crane");
        var run = await Deploy("push", "--registry", "r.example", "--archives", folder);
        Assert.Equal((1, $"deploy.sh: {folder}/coral-webhook.tar is missing: scripts/deploy.sh build makes it"), (run.ExitCode, Assert.Single(Lines(run.Errors))));
    }

    [Fact]
    public async Task Without_a_cluster_or_kubectl_it_says_so()
    {
        Assert.Equal("deploy.sh: kubectl is not in PATH: https://kubernetes.io/docs/tasks/tools", Assert.Single(Lines((await Deploy("status")).Errors)));
        await Place("kubectl", "#!/usr/bin/env bash\necho 'The connection to the server localhost:8080 was refused' >&2; exit 1\n");
        File.CreateSymbolicLink(Path.Join(folder, "tail"), "/usr/bin/tail");
        var run = await Deploy("deploy");
        Assert.Equal((3, "deploy.sh: no cluster answers (The connection to the server localhost:8080 was refused); set KUBECONFIG"), (run.ExitCode, Assert.Single(Lines(run.Errors))));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<CommandResult> Deploy(params string[] arguments) => Command.Run(
        Path.Join(folder, "bash"), [Path.Join(Repository.Root, "scripts", "deploy.sh"), .. arguments],
        environment: new Dictionary<string, string> { ["PATH"] = folder, ["REGISTRY"] = "", ["TAG"] = "", ["OVERLAY"] = "", ["TIMEOUT"] = "", ["PORT"] = "", ["ARCHIVES"] = "" });

    private async Task Place(string tool, string script = StandIn)
    {
        var made = await Command.Run("install", ["-m", "755", "/dev/stdin", Path.Join(folder, tool)], script);
        Assert.True(made.ExitCode == 0, made.ToString());
    }

    /// <summary>Archives as <c>scripts/images</c> makes them, of which only the names are read.</summary>
    private async Task<string> Archives()
    {
        var archives = Directory.CreateDirectory(Path.Join(folder, "archives")).FullName;
        foreach (var (image, name, tag) in new[] { ("coral-webhook", "coral-webhook", "v0"), ("coral-agent", "coral-agent", "v0"), ("coral-agent-debug", "coral-agent", "v0-debug") })
        {
            await File.WriteAllTextAsync(Path.Join(archives, "index.json"), $$"""{"manifests":[{"annotations":{"io.containerd.image.name":"docker.io/library/{{name}}:{{tag}}","org.opencontainers.image.ref.name":"{{tag}}"},"digest":"sha256:0"}]}""");
            await File.WriteAllTextAsync(Path.Join(archives, "manifest.json"), $$"""[{"Config":"blobs/sha256/0","Layers":[],"RepoTags":["{{name}}:{{tag}}"]}]""");
            var packed = await Command.Run("tar", ["-C", archives, "-cf", Path.Join(archives, $"{image}.tar"), "index.json", "manifest.json"]);
            Assert.True(packed.ExitCode == 0, packed.ToString());
        }

        return archives;
    }
}
