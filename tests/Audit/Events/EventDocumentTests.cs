using System.Net;
using System.Text;
using System.Text.Json;
using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Events;

public sealed class EventDocumentTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void One_event_of_each_type_is_this_document()
    {
        var text = new StringBuilder();
        foreach (var e in EventSamples.All.DistinctBy(e => e.GetType()).Where(e => e is not DecisionEvent)) text.Append(JsonSerializer.Serialize(Encoded.Json(e), Indented)).Append('\n');
        Golden.Check("events.txt", text.ToString());
    }

    [Fact]
    public void Making_a_document_makes_no_garbage()
    {
        using var chain = ChainHead.Open("", null, 0);
        using var encoder = new EventEncoder(new WriterIdentity(Workspace.Writer, 3), chain);
        using var samples = new EventEncoder(new WriterIdentity(Workspace.Writer, 3), null);
        var buffer = new FrameBuffer();
        // Checkpoints come once a minute, beside the path.
        foreach (var e in EventSamples.All.Where(e => e is not CheckpointEvent))
        {
            var by = e.Stream.Class == StreamClass.Audit ? encoder : samples;
            Make(by, buffer, e, 50);
            // A collection that another test causes shifts the count by what this thread had in reserve: garbage of our own is there each time.
            var garbage = Enumerable.Range(0, 5).Select(_ => Garbage(() => Make(by, buffer, e, 50))).Min();
            Assert.True(garbage == 0, $"{e.GetType().Name} makes {garbage / 50} bytes of garbage");
        }
    }

    private static long Garbage(Action what)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        what();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Messages_are_sentences_for_people()
    {
        string[] expected =
        [
            "Node node-a proves 1 of 3 facts.", "Node node-a does not prove what ebpf-minimal in pod shop/web-7 needs.", "Node node-a proves again what ebpf-minimal in pod shop/web-7 needs.",
            "ada failed to do grant on shop/web-7.", "ada begins exec on shop/web-7.", "Failed: restart-pod on pod shop/web-7 (dry run).", "About to restart-pod on pod shop/web-7 (dry run).", "Found service shop/cart.", "Lost service shop/cart.",
            "Ended /usr/bin/curl (4242).", "curl closed a connection to port 443.", "curl connected to port 443.", "GET /cart/7: 200", "curl wrote /srv/data/cart.db: ENOSPC", "shop/web-7 used 420000 us of processor time.", "coral-webhook began.",
        ];
        var messages = EventSamples.All.Select(e => Encoded.Json(e).GetProperty("message").GetString()).ToHashSet();
        Assert.All(expected, message => Assert.Contains(message, messages));
    }

    [Theory]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    public void Addresses_are_such_as_servers_take(string address, string written)
    {
        var json = Encoded.Json(EventSamples.Connection with { Source = new Peer(IPAddress.Parse(address), 1) });
        Assert.Equal(written, json.GetProperty("source").GetProperty("ip").GetString());
    }

    [Theory]
    [InlineData("/srv/data/cart.db", "cart.db", "/srv/data", "db")]
    [InlineData("/etc/.profile", ".profile", "/etc", null)]
    [InlineData("/vmlinuz", "vmlinuz", "/", null)]
    [InlineData("relative.", "relative.", null, null)]
    [InlineData("/folder/", null, "/folder", null)]
    public void A_path_is_taken_apart(string path, string? name, string? directory, string? extension)
    {
        var file = Encoded.Json(EventSamples.FileTouched with { Path = path }).GetProperty("file");
        Assert.Equal((path, name, directory, extension), (Text(file, "path"), Text(file, "name"), Text(file, "directory"), Text(file, "extension")));
    }

    [Fact]
    public void A_command_line_beyond_all_measure_is_cut_and_counted()
    {
        var process = EventSamples.Process with { Arguments = [.. Enumerable.Repeat(new string('x', 5000), 200)], ArgumentCount = null };
        var json = Encoded.Json(new ProcessEvent { Timestamp = EventSamples.Noon, Origin = Samples.Origin, Action = ProcessAction.Exec, Process = process }).GetProperty("process");
        Assert.Equal((64, 200), (json.GetProperty("args").GetArrayLength(), json.GetProperty("args_count").GetInt32()));
        Assert.All(json.GetProperty("args").EnumerateArray(), argument => Assert.Equal(new string('x', 1023) + "…", argument.GetString()));
        Assert.Equal(4096, json.GetProperty("command_line").GetString()!.Length);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void Make(EventEncoder encoder, FrameBuffer buffer, AuditEvent e, int times)
    {
        for (var i = 0; i < times; i++)
        {
            buffer.Clear();
            encoder.Encode(buffer, e, 42, SpoolFrameKinds.None);
        }
    }
}
