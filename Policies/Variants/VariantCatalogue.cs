using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Bundles;

namespace Coral.Policies.Variants;

/// <summary>The variants and features that are compiled into this assembly as YAML. Read once; immutable and thread safe.</summary>
public sealed class VariantCatalogue
{
    /// <summary>The names in the order in which `auto` tries them (design §5), then the one that is never automatic.</summary>
    private static readonly string[] Order = ["ebpf-minimal", "ebpf-full", "restricted", "ebpf-privileged"];

    private static readonly Lazy<VariantCatalogue> Instance = new(() => new VariantCatalogue());

    private readonly FrozenDictionary<string, Variant> byName;

    private VariantCatalogue()
    {
        var shared = Load("sidecar");
        Features = [.. Load("features").Items("features"u8).Select(Feature.Read)];
        Variants = [.. Order.Select(name => Read(shared, Load(name)))];
        byName = Variants.ToFrozenDictionary(variant => variant.Name, StringComparer.Ordinal);
    }

    /// <summary>The catalogue that is shipped.</summary>
    public static VariantCatalogue Shipped => Instance.Value;

    /// <summary>All variants, in the order of trial.</summary>
    public ImmutableArray<Variant> Variants { get; }

    /// <summary>All features.</summary>
    public ImmutableArray<Feature> Features { get; }

    /// <summary>The least privileged one.</summary>
    public Variant Restricted => byName["restricted"];

    /// <summary>The variant of a name, or null.</summary>
    public Variant? Find(string name) => byName.GetValueOrDefault(name);

    internal static JsonElement Load(string name)
    {
        using var stream = typeof(VariantCatalogue).Assembly.GetManifestResourceStream($"variants/{name}.yaml")
            ?? throw new InvalidOperationException($"the resource variants/{name}.yaml is missing from this build");
        using var reader = new StreamReader(stream);
        return YamlDocuments.Read(reader.ReadToEnd(), $"{name}.yaml").Single().Object;
    }

    private Variant Read(JsonElement shared, JsonElement own)
    {
        var name = own.Text("name"u8)!;
        var container = JsonNode.Parse(shared.Get("container"u8).GetRawText())!.AsObject();
        foreach (var member in own.Members("container"u8)) container[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        container["env"]!.AsArray().First(entry => (string?)entry!["name"] == "CORAL_VARIANT")!["value"] = name;

        var context = own.Get("container"u8).Get("securityContext"u8);
        var capabilities = context.Get("capabilities"u8).Items("add"u8).Select(item => item.GetString()!).ToHashSet(StringComparer.Ordinal);
        var storage = shared.Get("ephemeralStorage"u8);
        return new Variant
        {
            Name = name,
            Rank = own.Get("rank"u8).GetInt32(),
            Summary = own.Text("summary"u8)!,
            Requires = Enum.Parse<Requirement>(own.Text("requires"u8)!, ignoreCase: true),
            NominalLevel = Enum.Parse<PodSecurity.Level>(own.Text("nominalLevel"u8)!, ignoreCase: true),
            Automatic = own.IsTrue("automatic"u8),
            MemlockCapability = own.Text("memlockCapability"u8),
            Container = JsonDocument.Parse(container.ToJsonString()).RootElement,
            Volumes = JsonDocument.Parse(shared.Get("volumes"u8).GetRawText()).RootElement,
            EphemeralStorage = (storage.Text("request"u8)!, storage.Text("limit"u8)!),
            Lacks = [.. Features.Where(feature => !feature.IsIn(context.IsTrue("privileged"u8), capabilities)).Select(feature => feature.Name)],
        };
    }
}
