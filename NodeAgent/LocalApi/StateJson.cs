using System.Collections.Immutable;
using System.Text.Json;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.LocalApi;

/// <summary>Writes how the agent is doing.</summary>
internal static class StateJson
{
    internal static void Status(Utf8JsonWriter json, string node, ImmutableArray<CollectorStatus> collectors, DateTimeOffset started, DateTimeOffset now)
    {
        json.WriteString("version"u8, AgentVersion.Text);
        json.WriteString("node"u8, node);
        json.WriteString("start_time"u8, started);
        json.WriteNumber("uptime_seconds"u8, (long)(now - started).TotalSeconds);
        json.WriteStartArray("collectors"u8);
        foreach (var collector in collectors)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, collector.Name);
            json.WriteString("state"u8, Word(collector.State));
            if (collector.Reason is { } reason) json.WriteString("reason"u8, reason);
            json.WriteNumber("memory_bytes"u8, collector.MemoryBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Stats(Utf8JsonWriter json, string node, EventCounts counts, ImmutableArray<CollectorStatus> collectors, DateTimeOffset started)
    {
        json.WriteNumber("total_events"u8, counts.Total);
        json.WriteStartObject("events_by_type"u8);
        foreach (var (type, number) in counts.ByType) json.WriteNumber(type, number);
        json.WriteEndObject();
        json.WriteStartObject("events_by_node"u8);
        json.WriteNumber(node, counts.Total);
        json.WriteEndObject();
        if (counts.Last is { } last) json.WriteString("last_event_time"u8, last);
        json.WriteString("start_time"u8, started);
        json.WriteNumber("current_events_last_hour"u8, counts.LastHour);
        json.WriteNumber("total_events_in_storage"u8, counts.Kept);
        json.WriteStartObject("collectors"u8);
        foreach (var collector in collectors)
        {
            if (collector.Account?.Total is not { } books) continue;
            json.WriteStartObject(collector.Name);
            json.WriteNumber("seen"u8, books.Seen);
            json.WriteNumber("filtered"u8, books.Filtered);
            json.WriteNumber("aggregated"u8, books.Aggregated);
            json.WriteNumber("emitted"u8, books.Emitted);
            json.WriteNumber("lost_ring"u8, books.LostRing);
            json.WriteNumber("lost_map"u8, books.LostMap);
            json.WriteNumber("lost_rate"u8, books.LostRate);
            json.WriteNumber("errors"u8, books.Error);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    internal static void Programs(Utf8JsonWriter json, ImmutableArray<CollectorStatus> collectors)
    {
        json.WriteStartArray("programs"u8);
        foreach (var collector in collectors)
        {
            foreach (var program in collector.Programs)
            {
                json.WriteStartObject();
                json.WriteString("collector"u8, collector.Name);
                json.WriteString("name"u8, program.Name);
                json.WriteNumber("id"u8, program.Id);
                json.WriteNumber("verified_instructions"u8, program.VerifiedInstructions);
                json.WriteNumber("recursion_misses"u8, program.RecursionMisses);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static string Word(CollectorState state) => state switch { CollectorState.Waiting => "waiting", CollectorState.Running => "running", CollectorState.LeftOut => "left-out", _ => "ended" };
}
