using System.CommandLine;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Policies;

namespace Coral.NodeAgent.Journal;

/// <summary>Where audit documents of the node go: the options of <c>coral-webhook serve</c> that have the same names.</summary>
/// <param name="Spool">The folder.</param>
/// <param name="MaxBytes">The spool's size as a ring, without a search server.</param>
/// <param name="Search">The search server, or null.</param>
/// <param name="ApiKey">The encoded API key for it, or null.</param>
/// <param name="Cluster">The cluster's name.</param>
internal sealed record AuditOptions(string Spool, long MaxBytes, Uri? Search, string? ApiKey, string Cluster)
{
    private static readonly (string Name, string Value, string Help)[] Texts =
    [
        ("spool", "DIR", "Where audit documents are kept before they are shipped (none: no documents)"),
        ("spool-max-bytes", "SIZE", "The spool's quota: a ring lets go of the oldest, unshipped documents are refused beyond it (64Mi)"),
        ("search", "URL", "The Elasticsearch or OpenSearch to ship to (none: the spool is the store)"),
        ("search-api-key-file", "FILE", "A file with the encoded API key for it"),
        ("cluster", "NAME", "The cluster's name in audit documents (default)"),
    ];

    /// <summary>Adds the options to a verb; what is returned reads them. Each is also an environment variable: <c>--search-api-key-file</c> is CORAL_SEARCH_API_KEY_FILE.</summary>
    internal static Func<ParseResult, List<string>, AuditOptions?> AddTo(Command command)
    {
        var options = Texts.ToDictionary(text => text.Name, text => new Option<string?>("--" + text.Name) { HelpName = text.Value, Description = text.Help }, StringComparer.Ordinal);
        foreach (var option in options.Values) command.Add(option);
        return (result, problems) => Read(name => result.GetValue(options[name]) ?? Environment.GetEnvironmentVariable("CORAL_" + name.Replace('-', '_').ToUpperInvariant()), problems);
    }

    /// <summary>Null where no documents are wanted, or with all mistakes.</summary>
    internal static AuditOptions? Read(Func<string, string?> value, List<string> problems)
    {
        if (value("spool") is not { Length: > 0 } spool)
        {
            problems.AddRange(from text in Texts where text.Name != "spool" && value(text.Name) is not null and not "none" select $"--{text.Name} needs --spool: documents are kept there before they are shipped");
            return null;
        }

        var size = 64L * 1024 * 1024;
        if (value("spool-max-bytes") is { } bytes)
        {
            if (Quantity.TryParse(bytes, out var amount) && amount.Sign > 0) size = amount.ToBytes();
            else problems.Add($"--spool-max-bytes is \"{bytes}\"; it must be a size such as 64Mi");
        }

        Uri? search = null;
        if (value("search") is { } url and not "none" && !(Uri.TryCreate(url, UriKind.Absolute, out search) && search.Scheme is "http" or "https"))
            problems.Add("--search must be an http or https URL, such as http://127.0.0.1:9200, or none");
        return new AuditOptions(spool, size, search, Key(value("search-api-key-file"), problems), value("cluster") ?? "default");
    }

    internal SpoolOptions SpoolOptions => new() { Directory = Spool, MaxBytes = MaxBytes, HasShipper = Search is not null };

    internal ShipperOptions? ShipperOptions => Search is null ? null : new() { Url = Search, ApiKey = ApiKey };

    private static string? Key(string? file, List<string> problems)
    {
        try
        {
            return file is null ? null : File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--search-api-key-file: {e.Message}");
            return null;
        }
    }
}
