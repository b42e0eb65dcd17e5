using System.Globalization;
using System.Text.Json.Nodes;

namespace Coral.Cluster.Tests.Real;

/// <summary>An application beside the same application with a sidecar, native or regular.</summary>
[Collection(DefaultTests.Name)]
public sealed class BehaviourTests(DefaultCluster installed) : ClusterTests(installed)
{
    // Nobody waits this long: it is what a container that does not listen to SIGTERM would take.
    private const int GraceSeconds = 600;

    [ClusterTheory]
    [InlineData("native")]
    [InlineData("regular")]
    public async Task The_application_finds_itself_as_it_would_alone(string form)
    {
        const string Look = "tr '\\0' ' ' < /proc/1/cmdline; echo; id; grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/1/status; env | grep -v -E '^(HOSTNAME|KUBERNETES_)' | sort; awk '{ print $2, $3 }' /proc/mounts | sort; ls -ld /tmp | awk '{ print $1, $3, $4 }'; wget -q -O - http://localhost:8080/";
        var (alone, injected) = await BothAsync(form, "look", App.Web);
        var here = await Cluster.ExecAsync(alone, "app", "sh", "-c", Look);
        Assert.Equal(here, await Cluster.ExecAsync(injected, "app", "sh", "-c", Look));
        Assert.StartsWith("sh -c trap", here, StringComparison.Ordinal);
        Assert.EndsWith("it works\n", here, StringComparison.Ordinal);
        Assert.Equal(
            alone["spec"]!["containers"]![0]!.ToJsonString().Replace((string)alone["metadata"]!["namespace"]!, "NS", StringComparison.Ordinal),
            injected["spec"]!["containers"]![0]!.ToJsonString().Replace((string)injected["metadata"]!["namespace"]!, "NS", StringComparison.Ordinal));
    }

    [ClusterTheory]
    [InlineData("native")]
    [InlineData("regular")]
    public async Task Exec_logs_and_debug_reach_the_application(string form)
    {
        var (_, pod) = await BothAsync(form, "reached", App.Web);
        var (name, ns) = (Name(pod), Namespace(pod));
        Assert.StartsWith("sh\0-c\0", await Cluster.ExecAsync(pod, null, "cat", "/proc/1/cmdline"), StringComparison.Ordinal);
        Assert.Equal("serving\n", await Cluster.Kubectl("logs", name, "-n", ns));
        await Eventually.Async(async () => (await Cluster.Kubectl("logs", name, "-n", ns, "-c", "coral-agent")).Contains("variant restricted", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the sidecar's log has its variant");
        await Cluster.Kubectl("debug", name, "-n", ns, "--profile=restricted", "--target=app", "-c", "look", "--image", Target.Image("coral-agent", debug: true), "--image-pull-policy=IfNotPresent", "--", "sh", "-c", "cat /proc/1/cmdline");
        // What `--target` is for: the process table of the application.
        await Eventually.Async(async () => (await Cluster.Kubectl("logs", name, "-n", ns, "-c", "look")).StartsWith("sh\0-c\0trap", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the debugger sees the application as PID 1");
    }

    [ClusterTheory]
    [InlineData("native")]
    [InlineData("regular")]
    public async Task Told_to_end_it_ends_by_itself_and_as_fast_as_alone(string form)
    {
        const string Ends = "trap 'sleep 1; echo ended; exit 3' TERM; echo begun; while :; do sleep 1 & wait $!; done";
        var ended = new List<JsonNode>();
        foreach (var pod in await StartBothAsync(form, "ends", Ends, pod =>
        {
            // Keeps the object until it was read how its containers ended.
            pod["metadata"]!["finalizers"] = new JsonArray("example.com/to-be-read");
            pod["spec"]!["terminationGracePeriodSeconds"] = GraceSeconds;
        }))
        {
            var (name, ns) = (Name(pod), Namespace(pod));
            await Eventually.Async(async () => (await Cluster.Kubectl("logs", name, "-n", ns, "-c", "app")).Contains("begun", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the application runs");
            await Cluster.Kubectl("delete", "pod", name, "-n", ns, "--wait=false");
            ended.Add(await Eventually.Async(async () => await Cluster.Get("pod", name, "-n", ns) is var now && Statuses(now).All(status => status["state"]!["terminated"] is not null) ? now : null, TimeSpan.FromSeconds(120), $"all containers of {name} have ended"));
            await Cluster.Kubectl("patch", "pod", name, "-n", ns, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        }

        var (alone, injected) = (ended[0], ended[1]);
        Assert.Equal((3, 3), (Pods.ExitCode(alone, "app"), Pods.ExitCode(injected, "app")));
        // Not 137: nobody had to kill it.
        Assert.Equal(0, Pods.ExitCode(injected, "coral-agent"));
        if (form == "native") Assert.True(EndOf(injected, "coral-agent") >= EndOf(injected, "app"), "the sidecar ends after the application");
    }

    [ClusterTheory]
    [InlineData("native")]
    [InlineData("regular")]
    public async Task An_application_that_fails_is_started_again_and_its_sidecar_is_not(string form)
    {
        const string Fails = "if [ -f /tmp/second ]; then echo again; sleep 600 & wait; fi; touch /tmp/second; exit 4";
        foreach (var pod in await StartBothAsync(form, "fails", Fails))
        {
            var now = await Eventually.Async(
                async () => await Cluster.Get("pod", Name(pod), "-n", Namespace(pod)) is var read && (int?)Pods.StatusOf(read, "app")["restartCount"] == 1 ? read : null, TimeSpan.FromSeconds(120), "the application was started again");
            Assert.Equal(4, (int?)Pods.StatusOf(now, "app")["lastState"]!["terminated"]!["exitCode"]);
            if (Injected.Of(now) is not null) Assert.Equal(0, (int?)Pods.StatusOf(now, "coral-agent")["restartCount"]);
        }
    }

    [ClusterTheory]
    [InlineData("echo done", 0, "Succeeded")]
    [InlineData("exit 7", 7, "Failed")]
    public async Task F2_a_pod_that_completes_completes_with_its_own_exit_code(string script, int exitCode, string phase)
    {
        foreach (var ns in new[] { await installed.NamespaceAsync("restricted"), await installed.OptedInAsync("restricted") })
        {
            var pod = App.Pod("completes", ns, script);
            pod["spec"]!["restartPolicy"] = "Never";
            var ended = await Cluster.EndedAsync(pod);
            Assert.Equal((exitCode, phase), (Pods.ExitCode(ended, "app"), (string?)ended["status"]!["phase"]));
            if (Injected.Of(ended) is not null) Assert.Equal(0, Pods.ExitCode(ended, "coral-agent"));
        }
    }

    private async Task<(JsonNode Alone, JsonNode Injected)> BothAsync(string form, string name, string script)
    {
        var pods = await StartBothAsync(form, name, script);
        foreach (var pod in pods) await Cluster.Kubectl("wait", "--for=condition=Ready", $"pod/{Name(pod)}", "-n", Namespace(pod), "--timeout=180s");
        return (pods[0], pods[1]);
    }

    private async Task<List<JsonNode>> StartBothAsync(string form, string name, string script, Action<JsonObject>? change = null)
    {
        var started = new List<JsonNode>();
        foreach (var ns in new[] { await installed.NamespaceAsync("restricted"), form == "native" ? await installed.OptedInAsync("restricted") : await installed.RegularAsync("restricted") })
        {
            var pod = App.Pod(name, ns, script);
            change?.Invoke(pod);
            await Cluster.Apply(pod.ToJsonString());
            started.Add(await Cluster.Get("pod", name, "-n", ns));
        }

        Assert.Null(Injected.Of(started[0]));
        Assert.Equal(form == "native", Injected.Of(started[1])!.Native);
        return started;
    }

    private static IEnumerable<JsonNode> Statuses(JsonNode pod) => new[] { "initContainerStatuses", "containerStatuses" }.SelectMany(list => pod["status"]![list]?.AsArray() ?? []).Select(status => status!);

    private static DateTimeOffset EndOf(JsonNode pod, string container) => DateTimeOffset.Parse((string)Pods.StatusOf(pod, container)["state"]!["terminated"]!["finishedAt"]!, CultureInfo.InvariantCulture);

    private static string Name(JsonNode pod) => (string)pod["metadata"]!["name"]!;

    private static string Namespace(JsonNode pod) => (string)pod["metadata"]!["namespace"]!;
}
