using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Recording;

/// <summary>The LimitRanges and ResourceQuotas of a namespace. Amounts keep their exact value, whatever they were written as.</summary>
internal static class RecordedAmounts
{
    internal static void Write(Utf8JsonWriter json, ImmutableArray<LimitRangeFacts> ranges)
    {
        if (ranges.IsEmpty) return;
        json.WriteStartArray("limitRanges"u8);
        foreach (var range in ranges)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, range.Name);
            json.WriteStartArray("bounds"u8);
            foreach (var bound in range.Bounds)
            {
                json.WriteStartObject();
                json.WriteBoolean("wholePod"u8, bound.WholePod);
                json.WriteString("resource"u8, bound.Resource);
                Amount(json, "min"u8, bound.Min);
                Amount(json, "max"u8, bound.Max);
                Amount(json, "maxRatio"u8, bound.MaxRatio);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Write(Utf8JsonWriter json, ImmutableArray<QuotaFacts> quotas)
    {
        if (quotas.IsEmpty) return;
        json.WriteStartArray("quotas"u8);
        foreach (var quota in quotas)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, quota.Name);
            json.WriteBoolean("bestEffortOnly"u8, quota.BestEffortOnly);
            json.WriteStartArray("entries"u8);
            foreach (var entry in quota.Entries)
            {
                json.WriteStartObject();
                json.WriteString("resource"u8, entry.Resource);
                json.WriteBoolean("limits"u8, entry.Limits);
                Amount(json, "hard"u8, entry.Hard);
                Amount(json, "used"u8, entry.Used);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Amount(Utf8JsonWriter json, ReadOnlySpan<byte> name, Quantity? amount)
    {
        if (amount is { } known) json.WriteString(name, known.ToString());
    }
}
