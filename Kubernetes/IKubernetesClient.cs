using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>
/// The API server's verbs on JSON objects. Bodies are UTF-8 JSON; results are owned elements that stay valid for as long as they are held.
/// Every method throws <see cref="KubernetesException"/> when the server answers with an error, <see cref="KubernetesUnreachableException"/>
/// when it does not answer, and <see cref="KubernetesConfigException"/> when the configuration's credentials cannot be had. Thread safe.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>One object. <paramref name="ns"/> is null for cluster-scoped kinds.</summary>
    Task<JsonElement> GetAsync(ApiResource resource, string? ns, string name, CancellationToken cancellation = default);

    /// <summary>
    /// One page of a list, with <c>metadata.resourceVersion</c>, <c>metadata.continue</c> when there is more, and <c>items</c>, which may lack their kind.
    /// </summary>
    Task<JsonElement> ListAsync(ApiResource resource, ListOptions? options = null, CancellationToken cancellation = default);

    /// <summary>
    /// Events as they come, until the server ends the watch. There is no time limit but the token: a connection may fall silent for good.
    /// A failure inside the stream comes as <see cref="WatchEventType.Error"/>; a line that is no event ends it with <see cref="KubernetesProtocolException"/>.
    /// </summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(ApiResource resource, WatchOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Creates an object and returns it as stored.</summary>
    Task<JsonElement> CreateAsync(
        ApiResource resource, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Patches an object and returns it as stored.</summary>
    Task<JsonElement> PatchAsync(
        ApiResource resource,
        string? ns,
        string name,
        ReadOnlyMemory<byte> patch,
        PatchType type,
        WriteOptions? options = null,
        CancellationToken cancellation = default);

    /// <summary>Server-side apply: creates the object or takes over the fields of <paramref name="body"/>, which states apiVersion, kind and name.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="body">The fields that we own, and no others.</param>
    /// <param name="fieldManager">Who owns them; wins over <see cref="WriteOptions.FieldManager"/>.</param>
    /// <param name="force">Whether fields that others own are taken from them; otherwise that is a 409.</param>
    /// <param name="options">Dry run and retry.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<JsonElement> ApplyAsync(
        ApiResource resource,
        string? ns,
        string name,
        ReadOnlyMemory<byte> body,
        string fieldManager,
        bool force = false,
        WriteOptions? options = null,
        CancellationToken cancellation = default);

    /// <summary>Deletes an object and returns it, or a <c>Status</c>, as the server answers.</summary>
    Task<JsonElement> DeleteAsync(ApiResource resource, string? ns, string name, WriteOptions? options = null, CancellationToken cancellation = default);

    /// <summary>The server's version.</summary>
    Task<ServerVersion> GetVersionAsync(CancellationToken cancellation = default);
}
