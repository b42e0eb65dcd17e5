using System.Collections.Immutable;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Policies.Bundles;

/// <summary>Sorts documents into a bundle and checks them one by one and against each other. Used for one bundle.</summary>
internal sealed class BundleBuilder(OtherKinds others, List<BundleProblem> problems)
{
    private readonly Dictionary<(string Kind, string Namespace, string Name), ManifestDocument> seen = [];
    private readonly List<InjectionPolicy> policies = [];
    private readonly Dictionary<string, List<ManifestDocument>> documents = new(StringComparer.Ordinal);
    private ManifestDocument? podSecurity;
    private PodSecurityDefaults? defaults;

    public void Add(ManifestDocument document)
    {
        switch ((document.ApiVersion, document.Kind))
        {
            case ("", _) or (_, ""):
                Report(document, "", "apiVersion and kind are needed to know what this is");
                break;
            case (Vocabulary.ApiVersion, InjectionPolicyReader.Kind):
                AddPolicy(document);
                break;
            case (Vocabulary.ApiVersion, NodeCapabilityValidator.Kind):
                if (Passes(document, NodeCapabilityValidator.Check(document.Object))) AddOnce(document, "", NodeCapabilityValidator.NodeOf(document.Object), "node");
                break;
            case var (version, _) when version.StartsWith("coral.io/", StringComparison.Ordinal):
                ReportOwnKind(document);
                break;
            case ("v1", "Namespace" or "Node") or ("node.k8s.io/v1", "RuntimeClass"):
                AddOnce(document, "", document.Name);
                break;
            case ("v1", "LimitRange" or "ResourceQuota" or "ServiceAccount"):
                AddOnce(document, document.Object.Get("metadata"u8).Text("namespace"u8) ?? "default", document.Name);
                break;
            case var _ when PodSecurityConfigurationReader.IsOne(document):
                AddPodSecurity(document);
                break;
            default:
                if (others == OtherKinds.Keep) Keep("", document);
                else Report(document, "kind", $"{document.ApiVersion} {document.Kind} has no place here; expected policies, node reports, namespaces, nodes, limit ranges, quotas, runtime classes, service accounts or a {PodSecurityConfigurationReader.Kind}");
                break;
        }
    }

    public Bundle Build() => new()
    {
        Policies = [.. policies],
        NodeCapabilities = Of(NodeCapabilityValidator.Kind),
        Namespaces = Of("Namespace"),
        Nodes = Of("Node"),
        LimitRanges = Of("LimitRange"),
        ResourceQuotas = Of("ResourceQuota"),
        RuntimeClasses = Of("RuntimeClass"),
        ServiceAccounts = Of("ServiceAccount"),
        PodSecurity = defaults,
        Others = Of(""),
    };

    private void AddPolicy(ManifestDocument document)
    {
        var mistakes = InjectionPolicyReader.Check(document.Object);
        var passes = Passes(document, mistakes);
        // A name that stands twice is told even when another field is wrong.
        if (mistakes.Any(mistake => mistake.Path == "metadata.name") || !IsFirst(document, "", document.Name, "metadata.name") || !passes) return;
        policies.Add(InjectionPolicyReader.Read(document.Object));
    }

    /// <summary>An API server has one.</summary>
    private void AddPodSecurity(ManifestDocument document)
    {
        var passes = Passes(document, PodSecurityConfigurationReader.Check(document));
        if (podSecurity is { } first) Report(document, "kind", $"the configuration of Pod Security stands already in {first.File}:{first.Line}");
        else if (passes) defaults = PodSecurityConfigurationReader.Read(document);
        podSecurity ??= document;
    }

    private void AddOnce(ManifestDocument document, string scope, string name, string path = "metadata.name")
    {
        if (name.Length == 0) Report(document, path, "is needed");
        else if (IsFirst(document, scope, name, path)) Keep(document.Kind, document);
    }

    private bool IsFirst(ManifestDocument document, string scope, string name, string path)
    {
        if (seen.TryAdd((document.Kind, scope, name), document)) return true;
        var first = seen[(document.Kind, scope, name)];
        Report(document, path, $"{document.Kind} \"{name}\" stands already in {first.File}:{first.Line}");
        return false;
    }

    private bool Passes(ManifestDocument document, ImmutableArray<Mistake> mistakes)
    {
        foreach (var mistake in mistakes) Report(document, mistake.Path, mistake.Message);
        return mistakes.Length == 0;
    }

    private void ReportOwnKind(ManifestDocument document)
    {
        const string Known = $"known: {InjectionPolicyReader.Kind}, {NodeCapabilityValidator.Kind}";
        if (document.ApiVersion != Vocabulary.ApiVersion) Report(document, "apiVersion", $"unknown version \"{document.ApiVersion}\"; known: {Vocabulary.ApiVersion}");
        else Report(document, "kind", $"unknown kind \"{document.Kind}\" of {Vocabulary.ApiVersion}; {Known}");
    }

    private void Report(ManifestDocument document, string path, string message) =>
        problems.Add(new BundleProblem(document.File, document.LineOf(path), path, message));

    private void Keep(string kind, ManifestDocument document)
    {
        if (!documents.TryGetValue(kind, out var list)) documents.Add(kind, list = []);
        list.Add(document);
    }

    private ImmutableArray<ManifestDocument> Of(string kind) => documents.TryGetValue(kind, out var list) ? [.. list] : [];
}
