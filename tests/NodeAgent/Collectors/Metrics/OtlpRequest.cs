using Google.Protobuf;

namespace Coral.NodeAgent.Tests.Collectors.Metrics;

/// <summary>A request of OTLP as text, read by the numbers of opentelemetry-proto's fields (collector/metrics/v1, metrics/v1, common/v1).</summary>
internal static class OtlpRequest
{
    /// <summary>A line for the resource, and one for each number: the metric's name, unit, kind, attributes and value.</summary>
    internal static List<string> Read(byte[] request)
    {
        var lines = new List<string>();
        foreach (var resourceMetrics in Parts(request, 1))
        {
            lines.AddRange(Parts(resourceMetrics, 1).Select(resource => $"resource {Attributes(resource, 1)}"));
            foreach (var scopeMetrics in Parts(resourceMetrics, 2))
            {
                lines.AddRange(Parts(scopeMetrics, 1).Select(scope => $"scope {Text(scope, 1)}"));
                lines.AddRange(Parts(scopeMetrics, 2).SelectMany(Metric));
            }
        }

        return lines;
    }

    private static IEnumerable<string> Metric(byte[] metric)
    {
        var head = $"{Text(metric, 1)} [{Text(metric, 3)}]";
        foreach (var gauge in Parts(metric, 5)) foreach (var point in Parts(gauge, 1)) yield return $"{head} gauge {Attributes(point, 7)} {Number(point)}";
        foreach (var sum in Parts(metric, 7))
        {
            // 2: cumulative.
            var kind = $"{(Varint(sum, 3) == 1 ? "monotonic" : "other")} sum of temporality {Varint(sum, 2)}";
            foreach (var point in Parts(sum, 1)) yield return $"{head} {kind} {Attributes(point, 7)} {Number(point)}";
        }
    }

    private static string Attributes(byte[] of, int field) => "{" + string.Join(',', Parts(of, field).Select(pair => $"{Text(pair, 1)}={Text(Parts(pair, 2).Single(), 1)}").Order(StringComparer.Ordinal)) + "}";

    private static string Text(byte[] of, int field) => string.Concat(Parts(of, field).Select(System.Text.Encoding.UTF8.GetString));

    private static IEnumerable<byte[]> Parts(byte[] of, int field) => Fields(of).Where(one => one.Field == field).Select(one => one.Value).OfType<byte[]>();

    private static ulong Varint(byte[] of, int field) => Fields(of).Where(one => one.Field == field).Select(one => one.Value).OfType<ulong>().SingleOrDefault();

    private static long Number(byte[] point) => (long)Varint(point, 6);

    private static IEnumerable<(int Field, object Value)> Fields(byte[] message)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            yield return (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => (ulong)input.ReadFixed32(),
                _ => input.ReadUInt64(),
            });
        }
    }
}
