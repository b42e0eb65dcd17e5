using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>An API server with defaults and exemptions of its own for Pod Security, and an audit log.</summary>
public sealed class ConfiguredCluster : KitClusterFixture, IDisposable
{
    private const string Admission =
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins:
        - name: PodSecurity
          configuration:
            apiVersion: pod-security.admission.config.k8s.io/v1
            kind: PodSecurityConfiguration
            defaults:
              enforce: baseline
              enforce-version: v1.30
              audit: baseline
              audit-version: latest
              warn: restricted
              warn-version: latest
            exemptions:
              namespaces: [exempt]
              usernames: [exempt-user]
              runtimeClasses: [exempt-class]
        """;

    private const string Audit =
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: Metadata
          verbs: [create, update]
          resources: [{group: "", resources: [pods]}, {group: apps, resources: [deployments]}]
        - level: None
        """;

    /// <summary>The same configuration as we have it.</summary>
    public static readonly PodSecurityDefaults Defaults = new()
    {
        Enforce = new(Level.Baseline, PolicyVersion.V1(30)),
        Audit = new(Level.Baseline, PolicyVersion.Latest),
        Warn = new(Level.Restricted, PolicyVersion.Latest),
        Namespaces = ["exempt"],
        Usernames = ["exempt-user"],
        RuntimeClasses = ["exempt-class"],
    };

    private readonly string folder;

    /// <summary>Writes the configuration; the cluster starts in <see cref="KitClusterFixture.InitializeAsync"/>.</summary>
    public ConfiguredCluster()
        : this(Directory.CreateTempSubdirectory("coral-pss-").FullName)
    {
    }

    private ConfiguredCluster(string folder)
        : base(new() { AdmissionConfig = Write(folder, "admission.yaml", Admission), AuditPolicy = Write(folder, "audit.yaml", Audit) }) => this.folder = folder;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The Pod Security annotations of the audit event whose request named that field manager; null before the event is written.</summary>
    public ImmutableSortedDictionary<string, string>? AuditAnnotations(string fieldManager)
    {
        foreach (var line in File.ReadLines(Cluster.AuditLog))
        {
            // The last line may still be in the making.
            if (!line.Contains(fieldManager, StringComparison.Ordinal) || !line.EndsWith('}')) continue;
            var entry = JsonElement.Parse(line);
            if (!entry.Text("requestURI"u8)!.Split('?', '&').Contains($"fieldManager={fieldManager}", StringComparer.Ordinal)) continue;
            var annotations = entry.Get("annotations"u8);
            return (annotations.ValueKind == JsonValueKind.Object ? annotations.EnumerateObject().ToArray() : [])
                .Where(annotation => annotation.Name.StartsWith("pod-security.kubernetes.io/", StringComparison.Ordinal))
                .ToImmutableSortedDictionary(annotation => annotation.Name, annotation => annotation.Value.GetString()!, StringComparer.Ordinal);
        }

        return null;
    }

    /// <inheritdoc/>
    protected override async Task Prepare()
    {
        foreach (var name in new[] { "exempt-class", "other-class" })
        {
            (await Api.Create("/apis/node.k8s.io/v1/runtimeclasses", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["handler"] = "h" })).Expect();
        }
    }

    private static string Write(string folder, string name, string text)
    {
        var path = Path.Join(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
