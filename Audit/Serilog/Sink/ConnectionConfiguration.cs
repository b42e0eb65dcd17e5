using System.Collections.Immutable;
using System.Collections.Specialized;

namespace Elasticsearch.Net;

/// <summary>What <c>ModifyConnectionSettings</c> may say of connections: the few of that type's methods that make sense for us.</summary>
public sealed class ConnectionConfiguration
{
    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);

    internal ConnectionConfiguration()
    {
    }

    internal (string User, string Password)? User { get; private set; }

    internal string? Key { get; private set; }

    internal IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>A user with a password.</summary>
    public ConnectionConfiguration BasicAuthentication(string username, string password)
    {
        User = (username, password);
        return this;
    }

    /// <summary>An API key by its id.</summary>
    public ConnectionConfiguration ApiKeyAuthentication(string id, string apiKey)
    {
        Key = $"{id}:{apiKey}";
        return this;
    }

    /// <summary>Headers for every request.</summary>
    public ConnectionConfiguration GlobalHeaders(NameValueCollection headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (var name in headers.AllKeys.OfType<string>()) this.headers[name] = headers[name] ?? "";
        return this;
    }
}
