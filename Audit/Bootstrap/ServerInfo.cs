using Coral.Audit.Shipping;

namespace Coral.Audit.Bootstrap;

/// <summary>Which server answers, from <c>GET /</c>.</summary>
internal sealed record ServerInfo(Version Version, bool IsOpenSearch, bool IsServerless)
{
    /// <summary>Earlier versions refuse the parameter (`research/audit-pipeline.md` §3.2).</summary>
    public bool TakesRequireDataStream => !IsOpenSearch && Version >= new Version(8, 13);

    /// <summary>Data stream lifecycle is generally available from 8.14.</summary>
    public bool HasStreamLifecycle => IsServerless || (!IsOpenSearch && Version >= new Version(8, 14));

    /// <summary>From here on a stream named logs-*-* may become LogsDB, which gives documents back changed unless the mode is stated (§0, finding 6).</summary>
    public bool NeedsIndexMode => !IsOpenSearch && !IsServerless && Version >= new Version(8, 17);

    /// <summary>Null when the answer isn't that of a search server.</summary>
    public static ServerInfo? Read(SearchAnswer answer)
    {
        using var json = answer.Json();
        if (json is null || json.RootElement.ValueKind != System.Text.Json.JsonValueKind.Object || !json.RootElement.TryGetProperty("version", out var version)) return null;
        if (version.ValueKind != System.Text.Json.JsonValueKind.Object || !version.TryGetProperty("number", out var number)) return null;
        // A number may end in "-SNAPSHOT".
        if (!Version.TryParse(number.GetString()?.Split('-')[0], out var parsed)) return null;
        var openSearch = version.TryGetProperty("distribution", out var distribution) && distribution.GetString() == "opensearch";
        var serverless = version.TryGetProperty("build_flavor", out var flavor) && flavor.GetString() == "serverless";
        return new ServerInfo(parsed, openSearch, serverless);
    }
}
