using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Selection;

namespace Coral.Policies.Injection;

/// <summary>Makes the sidecar of a shape once and keeps it. Thread safe.</summary>
internal sealed class SidecarFactory
{
    /// <summary>Shapes grow with policies only (a few dozen each), and policies that were replaced leave theirs behind: start over well before that matters.</summary>
    private const int MostKept = 4096;

    private readonly ConcurrentDictionary<SidecarShape, Sidecar> kept = new();

    internal Sidecar Get(in SidecarShape shape)
    {
        if (kept.TryGetValue(shape, out var sidecar)) return sidecar;
        if (kept.Count >= MostKept) kept.Clear();
        return kept.GetOrAdd(shape, Make);
    }

    private static Sidecar Make(SidecarShape shape)
    {
        var container = JsonNode.Parse(shape.Variant.Container.GetRawText())!.AsObject();
        if (shape.Form == Form.Native) container["restartPolicy"] = "Always";
        if (shape.Override is { } change) Apply(change, container);
        if (shape.Memlock && shape.Variant.MemlockCapability is { } capability)
            container["securityContext"]!["capabilities"]!["add"]!.AsArray().Add((JsonNode)capability);
        if (shape.User is { } user) container["securityContext"]!["runAsUser"] = user;
        if (shape.EphemeralStorage)
        {
            container["resources"]!["requests"]!["ephemeral-storage"] = shape.Variant.EphemeralStorage.Request;
            container["resources"]!["limits"]!["ephemeral-storage"] = shape.Variant.EphemeralStorage.Limit;
        }

        if (shape.Guaranteed) container["resources"]!["requests"] = container["resources"]!["limits"]?.DeepClone();

        var element = JsonDocument.Parse(container.ToJsonString()).RootElement;
        var volumes = shape.Variant.Volumes;
        var text = element.GetRawText() + volumes.GetRawText();
        return new Sidecar
        {
            Shape = shape,
            Container = element,
            Volumes = volumes,
            VolumeNames = [.. volumes.EnumerateArray().Select(volume => volume.Text("name"u8)!)],
            Ports = [.. element.Items("ports"u8).Select(port => port.Get("containerPort"u8).GetInt32())],
            PullSecrets = shape.Override?.ImagePullSecrets ?? [],
            Secrets = [.. element.Items("env"u8).Select(entry => entry.Get("valueFrom"u8).Get("secretKeyRef"u8).Text("name"u8)).OfType<string>().Distinct(StringComparer.Ordinal)],
            Requests = Amounts(element.Get("resources"u8).Members("requests"u8)),
            Limits = Amounts(element.Get("resources"u8).Members("limits"u8)),
            Template = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6)),
        };
    }

    private static void Apply(VariantOverride change, JsonObject container)
    {
        if (change.Image is not null) container["image"] = change.Image;
        if (change.ImagePullPolicy is not null) container["imagePullPolicy"] = change.ImagePullPolicy;
        Replace(container, "resources", change.Resources);
        Replace(container, "args", change.Args);
        Replace(container, "ports", change.Ports);
        if (change.Env.ValueKind != JsonValueKind.Array) return;

        var env = container["env"]!.AsArray();
        foreach (var entry in change.Env.EnumerateArray())
        {
            var name = entry.Text("name"u8);
            var node = JsonNode.Parse(entry.GetRawText());
            var at = env.ToList().FindIndex(known => (string?)known!["name"] == name);
            if (at >= 0) env[at] = node;
            else env.Add(node);
        }
    }

    private static void Replace(JsonObject container, string member, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) container[member] = JsonNode.Parse(value.GetRawText());
    }

    private static ImmutableArray<(string, Quantity)> Amounts(JsonElement.ObjectEnumerator members)
    {
        var amounts = ImmutableArray.CreateBuilder<(string, Quantity)>();
        foreach (var member in members)
        {
            if (Quantity.TryParse(member.Value, out var amount)) amounts.Add((member.Name, amount));
        }

        return amounts.ToImmutable();
    }
}
