using System.Text;
using System.Text.Json;
using Coral.Audit.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Audit.Tests.Events;

/// <summary>Whatever stands in an event, a sound document comes of it.</summary>
public sealed class OddEventTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    [Fact]
    public void Case_26_any_event_of_any_type_is_one_line_of_sound_json_with_its_number_and_its_stream()
    {
        var samples = EventSamples.All;
        var events = from at in Gen.Choose(0, samples.Count - 1) from number in Gen.Choose(0, int.MaxValue - 1) select (at, number);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(events.ToArbitrary(), choice =>
        {
            var e = OddEvents.Make(samples[choice.at], choice.number);
            var document = Encoded.Bytes(e);
            Assert.DoesNotContain((byte)'\n', document);
            Assert.DoesNotContain((byte)'\r', document);
            using var json = JsonDocument.Parse(Strict.GetString(document), Deep);
            var told = json.RootElement;
            Assert.Equal(42, told.GetProperty("event").GetProperty("sequence").GetInt64());
            Assert.Equal(e.Timestamp.UtcDateTime, told.GetProperty("@timestamp").GetDateTime());
            Assert.Equal($"{e.Stream}", $"{told.GetProperty("data_stream").GetProperty("type")}-{told.GetProperty("data_stream").GetProperty("dataset")}-{told.GetProperty("data_stream").GetProperty("namespace")}");
            Assert.Empty(Doubled(told, "coral.request"));
        }));
    }

    /// <summary>Keys that stand twice in one object, but in what others wrote.</summary>
    private static IEnumerable<string> Doubled(JsonElement json, string others, string path = "")
    {
        if (json.ValueKind == JsonValueKind.Array) return json.EnumerateArray().SelectMany(item => Doubled(item, others, path));
        if (json.ValueKind != JsonValueKind.Object || path == others) return [];
        return json.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"{path}.{group.Key}")
            .Concat(json.EnumerateObject().SelectMany(member => Doubled(member.Value, others, path.Length == 0 ? member.Name : $"{path}.{member.Name}")));
    }
}
