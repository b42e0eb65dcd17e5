using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.LocalApi;

namespace Coral.NodeAgent.Tests.LocalApi;

public sealed class EventJsonTests
{
    private static readonly OwnPod Monitor = new("worker-node-1", "ebpf-system", "ebpf-monitor-abcde");

    // The members of the monitor's own sample, in its order.
    private static readonly string[] Base = ["id", "type", "pid", "command", "timestamp", "time"];
    private static readonly string[] Ends = ["source_ip", "dest_ip", "dest_port"];

    [Fact]
    public void M36_M48_an_event_has_the_members_of_the_monitors_sample_side_by_side()
    {
        var e = Written(Events.Connection(inPod: true), Monitor);
        foreach (var name in Base.Concat(Ends).Concat(["k8s_node_name", "k8s_pod_name", "k8s_namespace"])) Assert.True(e.TryGetProperty(name, out _), name);
        Assert.All(e.EnumerateObject(), member => Assert.NotEqual(JsonValueKind.Object, member.Value.ValueKind));
        Assert.Matches("^[0-9a-f]{16}$", e.GetProperty("id").GetString());
        Assert.Equal(("connection", 1234, "curl"), (Text(e, "type"), e.GetProperty("pid").GetInt32(), Text(e, "command")));
        Assert.Equal(("142.250.191.14", 443, "192.168.1.100"), (Text(e, "dest_ip"), e.GetProperty("dest_port").GetInt32(), Text(e, "source_ip")));
        // C-26: the same moment twice, of which the sample gives both.
        Assert.Equal((1703764800000000000, "2023-12-28T12:00:00.000000000Z"), (e.GetProperty("timestamp").GetInt64(), Text(e, "time")));
        Assert.Equal(4_000_000_100, e.GetProperty("boot_time_ns").GetInt64());
        // C-24: these three are the agent's own; whose event it is stands beside them.
        Assert.Equal(("worker-node-1", "ebpf-monitor-abcde", "ebpf-system"), (Text(e, "k8s_node_name"), Text(e, "k8s_pod_name"), Text(e, "k8s_namespace")));
        Assert.Equal(("shop", "web-0", "web"), (Text(e, "workload_namespace"), Text(e, "workload_pod"), Text(e, "workload_container")));
    }

    [Fact]
    public void M49_on_a_plain_machine_it_is_the_same_without_any_member_of_kubernetes()
    {
        var inPod = Written(Events.Connection(), Monitor).EnumerateObject().Select(member => member.Name);
        var onMachine = Written(Events.Connection(), null).EnumerateObject().Select(member => member.Name).ToList();
        Assert.DoesNotContain(onMachine, name => name.StartsWith("k8s_", StringComparison.Ordinal));
        Assert.Equal(inPod.Where(name => !name.StartsWith("k8s_", StringComparison.Ordinal)), onMachine);
    }

    [Fact]
    public void Each_event_of_a_process_has_another_id()
    {
        var ids = Enumerable.Range(0, 100_000).Select(number => new ApiEvent((ulong)number, "exec", 0, Events.Exec()).Id(ulong.MaxValue - 50)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(100_000, ids.Count);
    }

    [Fact]
    public void Nanoseconds_agree_in_both_forms_of_the_time()
    {
        var e = Written(Events.Exec("ls"), null);
        Assert.Equal((1703764800000000700, "2023-12-28T12:00:00.000000700Z"), (e.GetProperty("timestamp").GetInt64(), Text(e, "time")));
    }

    [Fact]
    public void A_secret_of_a_command_line_or_a_path_is_not_told()
    {
        var text = Written(Events.Exec("mysql", "--password=hunter2", "--token", "s3cr3tvalue"), null).GetRawText() + Written(Events.Http("/orders?key=abcdef"), null).GetRawText();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3tvalue", text, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", text, StringComparison.Ordinal);
        Assert.Contains("--password=[redacted]", text, StringComparison.Ordinal);
        Assert.Contains("\"/orders\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_kernel_did_not_know_is_left_out()
    {
        var refused = Events.Connection(error: "ECONNREFUSED") with { Source = new Peer(IPAddress.Any, 0), Process = null };
        var e = Written(refused, null);
        foreach (var name in new[] { "pid", "command", "source_ip", "source_port" }) Assert.False(e.TryGetProperty(name, out _), name);
        Assert.Equal("ECONNREFUSED", Text(e, "error"));
    }

    private static string? Text(JsonElement e, string name) => e.GetProperty(name).GetString();

    private static JsonElement Written(AuditEvent e, OwnPod? pod)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) new EventJson(0, pod).Write(json, new ApiEvent(3, ApiEvent.TypeOf(e)!, 4_000_000_100, e));
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
