using System.Diagnostics;
using System.Text.Json;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The verb <c>sidecar</c> as a process of its own, in what a pod is to the kernel: groups with the names of a pod's containers, a namespace of processes, and none or a part of the control groups mounted.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class OwnPodTests : IDisposable
{
    private const string Uid = "3f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";
    private const string OtherUid = "4f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";
    private const string Nobody = "5f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";
    private const string Beside = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string App = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string Later = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
    private const string Stranger = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";

    private const string Lie = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";

    private const string Busy = "while :; do /bin/true; sleep 0.1; done";

    private readonly string folder = Directory.CreateTempSubdirectory("coral-own-pod").FullName;

    // A container of v2 has a namespace of control groups: of the hierarchy it sees its own part, and that as the whole.
    private const string OwnPart = "unshare -C /bin/sh -c 'mount -t cgroup2 none /sys/fs/cgroup && exec \"$@\"' sh";

    [CollectorTheory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, OwnPart)]
    public async Task Of_all_that_happens_on_the_node_a_sidecar_tells_what_its_own_pod_does(bool isShared, string seeing)
    {
        using var mine = new TestGroup(Path("pod" + Uid, Beside));
        using var app = new TestGroup(Path("pod" + Uid, App));
        var port = Ports.Take();
        var before = $"(echo 0 > {app.Folder}/cgroup.procs; exec /bin/sh -c '{Busy}') &";
        var agent = $"dotnet {System.IO.Path.Join(AppContext.BaseDirectory, "coral-agent.dll")} sidecar --listen 127.0.0.1:{port} --collectors exec,syscall_stats --spool {folder}";
        var pod = $"echo 0 > {mine.Folder}/cgroup.procs; umount -l /sys/fs/cgroup; POD_NAMESPACE=shop POD_NAME=web-0 exec {seeing} {agent}";
        using var outside = Process.Start("/bin/sh", ["-c", isShared ? "exec sleep 1000" : $"{before} wait"]);
        using var sidecar = Process.Start("unshare", ["-p", "-m", "-f", "--kill-child", "--mount-proc", "/bin/sh", "-c", isShared ? $"{before} {pod}" : pod]);
        try
        {
            using var http = new HttpClient();
            await Eventually.Async(async () => await StatesAsync(http, port) is ["running", "running"], TimeSpan.FromSeconds(90), "its collectors run");
            using var later = new TestGroup(Path("pod" + Uid, Later));
            using var stranger = new TestGroup(Path("pod" + OtherUid, Stranger));
            // A group can be named as one likes below one's own: that makes nobody a container of another pod.
            using var liar = new TestGroup(Path("pod" + Nobody, $"x/pod{Uid}/{Lie}"));
            for (var number = 1; number <= 20; number++)
            {
                foreach (var group in new[] { stranger, liar, later }) await group.Run("/bin/true", $"mark-{number}");
            }

            var told = new List<JsonElement>();
            await Eventually.Async(async () => (told = await SpooledDocuments.InAsync(System.IO.Path.Join(folder, "samples"))).Count(e => Container(e) == Later && e.Text("event", "action") == "exec") == 20 && told.Any(e => Container(e) == Beside && e.Text("event", "action") == "syscall-sums"), TimeSpan.FromSeconds(60), "each program of a container that came later is told, and the calls of its own");
            // Those before it are known by their processes, where they are seen.
            Assert.Equal(isShared, told.Exists(e => Container(e) == App));
            Assert.Empty(told.Select(Container).OfType<string>().Except([Beside, App, Later]));
            Assert.All(told.Where(e => Container(e) is not null), e => Assert.Equal(("shop", "web-0"), (e.Text("kubernetes", "namespace"), e.Text("kubernetes", "pod", "name"))));
        }
        finally
        {
            foreach (var process in new[] { sidecar, outside })
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Path(string pod, string container) => $"/kubepods-coral-test/burstable/{pod}/{container}";

    private static async Task<string?[]> StatesAsync(HttpClient http, int port)
    {
        try
        {
            return [.. JsonElement.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/status")).GetProperty("collectors").EnumerateArray().Select(one => one.GetProperty("state").GetString())];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    private static string? Container(JsonElement document) => document.Text("container", "id");
}
