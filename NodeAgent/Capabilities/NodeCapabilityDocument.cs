using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.SystemFacts;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Capabilities;

/// <summary>Writes what a probe found as a NodeCapability (docs/reference/node-capability.md). As a file it has no generation and no expiry.</summary>
internal static class NodeCapabilityDocument
{
    /// <param name="json">Where to.</param>
    /// <param name="outcome">What was found.</param>
    /// <param name="publication">What a cluster's object says more; null for a file.</param>
    internal static void Write(Utf8JsonWriter json, ProbeOutcome outcome, Publication? publication = null)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "coral.io/v1alpha1");
        json.WriteString("kind"u8, "NodeCapability");
        json.WriteStartObject("metadata"u8);
        json.WriteString("name"u8, outcome.Node);
        if (publication is not null) WriteOwner(json, outcome.Node, publication.NodeUid);
        json.WriteEndObject();
        json.WriteString("node"u8, outcome.Node);
        json.WriteString("observedAt"u8, Rfc3339(outcome.ObservedAt));
        if (publication is not null)
        {
            json.WriteString("expiresAt"u8, Rfc3339(publication.Expires));
            json.WriteNumber("generation"u8, publication.Generation);
        }

        WriteText(json, "bootId", outcome.System.BootId);
        WriteSystem(json, outcome.System, outcome.Memlock, publication);
        WriteFacts(json, outcome.Facts);
        WriteCollectors(json, outcome.Facts);
        json.WriteEndObject();
    }

    /// <summary>The same as those read it who decide by it.</summary>
    internal static NodeReport Report(ProbeOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, outcome);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return NodeReport.Read(document.RootElement)!;
    }

    private static void WriteSystem(Utf8JsonWriter json, SystemReport system, string memlock, Publication? publication)
    {
        json.WriteStartObject("system"u8);
        WriteText(json, "release", system.Release);
        json.WriteString("arch"u8, system.Arch);
        json.WriteNumber("pageSize"u8, system.PageSize);
        json.WriteNumber("cpus"u8, system.Cpus);
        json.WriteString("cgroup"u8, system.Cgroup);
        json.WriteString("lockdown"u8, system.Lockdown);
        WriteTexts(json, "lsms", system.Lsms);
        json.WriteString("memlock"u8, memlock);
        WriteText(json, "memlockLimit", system.MemlockLimit);
        WriteText(json, "runtime", publication?.Runtime ?? system.Runtime.Name);
        WriteText(json, "runtimeSocket", system.Runtime.Socket);
        WriteText(json, "kubelet", publication?.Kubelet);
        WriteText(json, "virtualisation", system.Virtualisation);
        json.WriteStartObject("btf"u8);
        json.WriteBoolean("present"u8, system.BtfSize is not null);
        if (system.BtfSize is { } size) json.WriteNumber("bytes"u8, size);
        WriteText(json, "sha256", system.BtfHash);
        json.WriteNumber("modules"u8, system.BtfModules);
        json.WriteEndObject();
        json.WriteBoolean("bpffs"u8, system.BpfFs);
        WriteTexts(json, "capabilities", system.Capabilities);
        WriteText(json, "seccomp", system.Seccomp);
        json.WriteBoolean("noNewPrivileges"u8, system.NoNewPrivileges);
        json.WriteBoolean("hostPidNamespace"u8, system.HostPidNamespace);
        json.WriteBoolean("hostUserNamespace"u8, system.HostUserNamespace);
        json.WriteStartObject("sysctl"u8);
        foreach (var (name, value) in system.Sysctls) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, IReadOnlyList<FactOutcome> facts)
    {
        json.WriteStartObject("facts"u8);
        foreach (var fact in facts)
        {
            json.WriteStartObject(fact.Name);
            fact.AsIs.WriteMembers(json);
            json.WriteStartObject("minimal"u8);
            fact.Minimal.WriteMembers(json);
            json.WriteEndObject();
            json.WriteStartObject("full"u8);
            fact.Full.WriteMembers(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCollectors(Utf8JsonWriter json, IReadOnlyList<FactOutcome> facts)
    {
        json.WriteStartObject("collectors"u8);
        foreach (var collector in CollectorTiers.Choose(facts))
        {
            json.WriteStartObject(collector.Name);
            json.WriteString("tier"u8, collector.Tier);
            WriteTexts(json, "reasons", collector.Reasons);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteOwner(Utf8JsonWriter json, string node, string uid)
    {
        json.WriteStartArray("ownerReferences"u8);
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "Node"u8);
        json.WriteString("name"u8, node);
        json.WriteString("uid"u8, uid);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
