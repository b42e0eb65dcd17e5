using System.Text;
using System.Text.Json;
using Coral.Audit.Chain;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Audit.Tests.Events;

public sealed class DecisionDocumentTests
{
    private static readonly EventEncoder Encoder = new(new WriterIdentity(Workspace.Writer, 3), ChainHead.Open("", null, 0));
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void A_decision_with_every_field_is_this_document() => Golden.Check("decision.json", Pretty(Encode(Samples.Full(7))));

    [Fact]
    public void A_decision_with_the_least_is_this_document()
    {
        var least = new DecisionEvent
        {
            Timestamp = new DateTimeOffset(2026, 11, 21, 13, 0, 0, TimeSpan.FromHours(1)),
            Origin = new AuditOrigin { Service = "coral" },
            DecisionId = "d",
            Uid = "u",
            Operation = "CREATE",
            Decision = "failed",
            Reason = "internal-error",
            Action = "sidecar-inject",
        };
        Golden.Check("decision-least.json", Pretty(Encode(least)));
    }

    [Theory]
    [InlineData("injected", "Injected the ebpf-minimal sidecar into pod shop/web-1: because.", "change,allowed", "success")]
    [InlineData("skipped", "Skipped pod shop/web-1: because.", "allowed", "success")]
    [InlineData("denied", "Denied pod shop/web-1: because.", "denied", "success")]
    [InlineData("failed", "Failed to decide on pod shop/web-1: because.", "allowed", "failure")]
    public void Each_decision_has_its_sentence_and_its_place_in_the_schema(string decision, string message, string types, string outcome)
    {
        var json = JsonDocument.Parse(Encode(Samples.Decision(1) with { Decision = decision, Reason = "because" })).RootElement;
        Assert.Equal(message, json.GetProperty("message").GetString());
        Assert.Equal(types, string.Join(',', json.GetProperty("event").GetProperty("type").EnumerateArray().Select(type => type.GetString())));
        Assert.Equal(outcome, json.GetProperty("event").GetProperty("outcome").GetString());
    }

    [Fact]
    public void A_request_that_is_too_large_is_left_out_and_named()
    {
        var request = Encoding.UTF8.GetBytes("{\"x\":\"" + new string('x', DecisionEvent.MaxRequestBytes) + "\"}");
        var coral = JsonDocument.Parse(Encode(Samples.Decision(1) with { Request = request })).RootElement.GetProperty("coral");
        Assert.False(coral.TryGetProperty("request", out _));
        Assert.Equal("request", coral.GetProperty("omitted")[0].GetString());
    }

    [Fact]
    public void Any_text_gives_one_line_of_valid_json()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(texts.ToArbitrary(), text =>
        {
            // Half of a surrogate pair is what no encoder likes.
            var odd = text + "\ud800" + text + "\n\u2028\0";
            var document = Encode(Samples.Decision(1) with { Name = odd, Reason = odd, Warnings = [odd, text], Namespace = text, User = new Requester(odd, null, [odd]) });
            var json = JsonDocument.Parse(document).RootElement;
            return !document.AsSpan().Contains((byte)'\n') && json.GetProperty("coral").GetProperty("admission").GetProperty("warnings")[1].GetString() == Sound(text);
        }));
    }

    [Fact]
    public void A_name_beyond_all_measure_only_cuts_the_sentence()
    {
        var json = JsonDocument.Parse(Encode(Samples.Decision(1) with { Name = new string('n', 100_000) })).RootElement;
        Assert.True(json.GetProperty("message").GetString()!.Length <= 768);
    }

    private static string Sound(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static byte[] Encode(AuditEvent e)
    {
        var buffer = new FrameBuffer();
        lock (Encoder) Encoder.Encode(buffer, e, 42, SpoolFrameKinds.None);
        return new SpoolFrame(buffer.Current.ToArray()).Document.ToArray();
    }

    private static string Pretty(byte[] document) => JsonSerializer.Serialize(JsonDocument.Parse(document), Indented) + "\n";
}
