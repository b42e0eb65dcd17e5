using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Selection;

namespace Coral.Policies.Bundles;

/// <summary>Reads an InjectionPolicy object, from a file or as the API server hands it out. Thread safe.</summary>
public static class InjectionPolicyReader
{
    internal const string Kind = "InjectionPolicy";

    /// <summary>
    /// Reads a policy and never throws. False with every mistake of the object when there is any; their <see cref="BundleProblem.File"/> is <c>InjectionPolicy/name</c> and they have no line.
    /// Null counts as absent; <c>status</c> and all of <c>metadata</c> but the name are ignored.
    /// </summary>
    public static bool TryRead(JsonElement policy, out InjectionPolicy? read, out ImmutableArray<BundleProblem> problems)
    {
        var name = policy.Get("metadata"u8).Text("name"u8) ?? "";
        problems = [.. Check(policy).Select(mistake => new BundleProblem($"{Kind}/{name}", 0, mistake.Path, mistake.Message))];
        read = problems.IsEmpty ? Read(policy) : null;
        return problems.IsEmpty;
    }

    internal static ImmutableArray<Mistake> Check(JsonElement policy) => InjectionPolicyValidator.Shared.Mistakes(policy);

    /// <summary>Reads a policy that passed <see cref="Check"/>.</summary>
    internal static InjectionPolicy Read(JsonElement policy)
    {
        var spec = policy.Get("spec"u8);
        return new InjectionPolicy
        {
            Name = policy.Get("metadata"u8).Text("name"u8)!,
            Priority = spec.Has("priority"u8) && Checks.TryInteger(spec.Get("priority"u8), out var priority) ? (int)priority : 0,
            Match = ReadMatch(spec.Get("match"u8)),
            AllowedModes = Texts(spec.Get("modes"u8), "allowed"u8),
            RaiseModes = Texts(spec.Get("modes"u8), "raise"u8),
            Privileges = Named(spec, "privileges", SpecNames.Privileges) ?? default,
            OnMismatch = Named(spec, "onMismatch", SpecNames.OnMismatch),
            Rollout = Named(spec, "rollout", SpecNames.Rollout),
            Strategy = Named(spec, "strategy", SpecNames.Strategy) ?? default,
            PinNodes = spec.Has("pinNodes"u8) && Checks.TryInteger(spec.Get("pinNodes"u8), out var nodes) ? (int)nodes : Nodes.Pin.FewestNodes,
            NativeSidecar = Named(spec, "nativeSidecar", SpecNames.NativeSidecar) ?? default,
            ShareProcessNamespace = spec.IsTrue("shareProcessNamespace"u8),
            Audit = Named(spec, "audit", SpecNames.Audit) ?? default,
            DefaultLevel = Named(spec, "defaultLevel", SpecNames.Levels),
            ExcludedNamespaces = Texts(spec, "excludedNamespaces"u8),
            Variants = spec.Members("variants"u8).Where(member => member.Value.ValueKind == JsonValueKind.Object)
                .ToImmutableDictionary(member => member.Name, member => ReadVariant(member.Value), StringComparer.Ordinal),
        };
    }

    private static PolicyMatch ReadMatch(JsonElement match)
    {
        if (match.ValueKind != JsonValueKind.Object || !match.EnumerateObject().Any()) return PolicyMatch.All;
        var namespaces = match.Get("namespaces"u8);
        var pods = match.Get("pods"u8);
        return new PolicyMatch
        {
            Namespaces = namespaces.ValueKind == JsonValueKind.Object ? new NamespaceMatch(Texts(namespaces, "names"u8), ReadSelector(namespaces)) : null,
            Pods = ReadSelector(pods),
            Owners = Texts(match, "owners"u8),
            ServiceAccounts = Texts(match, "serviceAccounts"u8),
            Images = Texts(match, "images"u8),
            NodeSelector = Pairs(match.Members("nodeSelector"u8)).ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>Null where nothing is asked, which holds for everything.</summary>
    private static LabelSelector? ReadSelector(JsonElement selector)
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var (key, value) in Pairs(selector.Members("matchLabels"u8))) requirements.Add(new LabelRequirement(key, LabelOperator.In, [value]));
        foreach (var expression in selector.Items("matchExpressions"u8))
        {
            requirements.Add(new LabelRequirement(expression.Text("key"u8)!, SpecNames.Operators[expression.Text("operator"u8)!], Texts(expression, "values"u8)));
        }

        return requirements.Count == 0 ? null : new LabelSelector(requirements.ToImmutable());
    }

    private static VariantOverride ReadVariant(JsonElement variant) => new()
    {
        Image = variant.Text("image"u8),
        ImagePullPolicy = variant.Text("imagePullPolicy"u8),
        ImagePullSecrets = [.. variant.Items("imagePullSecrets"u8).Select(secret => secret.Text("name"u8)!)],
        Resources = Present(variant.Get("resources"u8)),
        Env = Present(variant.Get("env"u8)),
        Args = Present(variant.Get("args"u8)),
        Ports = Present(variant.Get("ports"u8)),
    };

    private static JsonElement Present(JsonElement value) => value.ValueKind == JsonValueKind.Null ? default : value;

    private static ImmutableArray<string> Texts(JsonElement element, ReadOnlySpan<byte> name) => [.. element.Items(name).Select(item => item.GetString()!)];

    private static IEnumerable<KeyValuePair<string, string>> Pairs(JsonElement.ObjectEnumerator members) =>
        members.Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => KeyValuePair.Create(member.Name, member.Value.GetString()!));

    private static T? Named<T>(JsonElement element, string name, ImmutableDictionary<string, T> names)
        where T : struct => element.Get(name).AsText() is { } text ? names[text] : null;
}
