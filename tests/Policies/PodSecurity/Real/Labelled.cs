using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;
using Coral.Policies.Tests.PodSecurity.Admission;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>A namespace and its Pod Security labels, without their prefix: <c>enforce=baseline warn-version=v1.20</c>.</summary>
internal sealed record Labelled(string Name, string Labels)
{
    /// <summary>The labels by full name.</summary>
    public IEnumerable<(string Key, string Value)> Items => Labels
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(label => label.Split('='))
        .Select(parts => ("pod-security.kubernetes.io/" + parts[0], parts[1]));

    public Task Create(ApiClient api) => api.CreateNamespace(Name, [.. Items]);

    /// <summary>What we say of a request there, before an API server of the kit.</summary>
    public PodSecurityOutcome Judge(PodSecurityRequest request, PodSecurityDefaults? defaults = null) => PodSecurityAdmission.Judge(
        request with { Namespace = Name }, Requests.Levels(Labels, defaults), defaults ?? PodSecurityDefaults.BuiltIn, PluginAnswer.Server);

    /// <summary>The collection of a resource such as <c>deployments.apps</c>, as a dry run that leaves unknown fields alone.</summary>
    public string Collection(string resource)
    {
        var parts = resource.Split('.');
        return $"{(parts.Length == 1 ? "/api/v1" : $"/apis/{parts[1]}/v1")}/namespaces/{Name}/{parts[0]}?dryRun=All&fieldValidation=Ignore";
    }

    public static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);
}
