using System.Globalization;
using System.Net;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Events.Redaction;

namespace Coral.NodeAgent.LocalApi;

/// <summary>Writes events as the monitor's documents do: flat, with their names (rows M-36 to M-49; C-24, C-26, C-27).</summary>
/// <param name="process">Drawn by lot for this process; the ids rest on it.</param>
/// <param name="pod">The agent's own pod; null on a plain machine, and then there is no <c>k8s_</c> member.</param>
internal sealed class EventJson(ulong process, OwnPod? pod)
{
    private const long NanosecondsPerTick = 100;

    internal void Write(Utf8JsonWriter json, ApiEvent e)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, e.Id(process));
        json.WriteString("type"u8, e.Type);
        if (e.Process is { } who)
        {
            json.WriteNumber("pid"u8, who.Pid);
            Optional(json, "command"u8, who.Name);
        }

        json.WriteNumber("timestamp"u8, (e.Event.Timestamp - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick);
        json.WriteString("time"u8, e.Event.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("boot_time_ns"u8, e.BootNanoseconds);
        if (pod is not null)
        {
            json.WriteString("k8s_node_name"u8, pod.Node);
            json.WriteString("k8s_pod_name"u8, pod.Name);
            json.WriteString("k8s_namespace"u8, pod.Namespace);
        }

        Write(json, e.Workload);
        switch (e.Event)
        {
            case ConnectionEvent connection: Write(json, connection); break;
            case ProcessEvent started: Write(json, started); break;
            case HttpEvent http: Write(json, http); break;
        }

        json.WriteEndObject();
    }

    /// <summary>Whose event it is, which <c>k8s_pod_name</c> does not say.</summary>
    private static void Write(Utf8JsonWriter json, Workload? workload)
    {
        if (workload is null) return;
        Optional(json, "workload_namespace"u8, workload.Namespace);
        Optional(json, "workload_pod"u8, workload.Pod);
        Optional(json, "workload_pod_uid"u8, workload.PodUid);
        Optional(json, "workload_container"u8, workload.Container);
        Optional(json, "workload_container_id"u8, workload.ContainerId);
    }

    private static void Write(Utf8JsonWriter json, ConnectionEvent e)
    {
        Write(json, e.Source, "source_ip"u8, "source_port"u8, "source_bytes"u8);
        Write(json, e.Destination, "dest_ip"u8, "dest_port"u8, "dest_bytes"u8);
        json.WriteString("protocol"u8, e.Transport);
        Optional(json, "direction"u8, e.Direction);
        Optional(json, "state"u8, e.State);
        Optional(json, "round_trip_us"u8, e.RoundTripMicroseconds);
        Optional(json, "retransmits"u8, e.Retransmits);
        Optional(json, "duration_ns"u8, e.DurationNanoseconds);
        Optional(json, "error"u8, e.Error);
    }

    private static void Write(Utf8JsonWriter json, ProcessEvent e)
    {
        if (e.Process.Parent is { } parent) json.WriteNumber("parent_pid"u8, parent.Pid);
        Optional(json, "uid"u8, e.Process.UserId);
        Optional(json, "executable"u8, e.Process.Executable);
        if (!e.Process.Arguments.IsDefaultOrEmpty)
        {
            json.WriteString("command_line"u8, CommandLine.Clean(e.Process.Arguments));
            json.WriteNumber("args_count"u8, e.Process.ArgumentCount ?? e.Process.Arguments.Length);
        }

        Optional(json, "exit_code"u8, e.Process.ExitCode);
        Optional(json, "duration_ns"u8, e.DurationNanoseconds);
        Optional(json, "error"u8, e.Error);
    }

    private static void Write(Utf8JsonWriter json, HttpEvent e)
    {
        Write(json, e.Source, "source_ip"u8, "source_port"u8, "source_bytes"u8);
        Write(json, e.Destination, "dest_ip"u8, "dest_port"u8, "dest_bytes"u8);
        json.WriteString("method"u8, e.Method);
        json.WriteString("path"u8, e.CleanPath);
        if (e.Status > 0) json.WriteNumber("status"u8, e.Status);
        Optional(json, "direction"u8, e.Direction);
        Optional(json, "duration_ns"u8, e.DurationNanoseconds);
    }

    private static void Write(Utf8JsonWriter json, Peer? peer, ReadOnlySpan<byte> address, ReadOnlySpan<byte> port, ReadOnlySpan<byte> bytes)
    {
        if (peer is null) return;
        // 0.0.0.0 and port 0 stand for what the kernel did not have yet: a connection that was refused before it had an end.
        if (!peer.Address.Equals(IPAddress.Any) && !peer.Address.Equals(IPAddress.IPv6Any)) json.WriteString(address, peer.Address.ToString());
        if (peer.Port > 0) json.WriteNumber(port, peer.Port);
        Optional(json, bytes, peer.Bytes);
    }

    private static void Optional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value);
    }

    private static void Optional(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }
}

/// <summary>The pod that an agent runs in itself.</summary>
internal sealed record OwnPod(string Node, string Namespace, string Name);
