using System.Collections.Immutable;
using System.Globalization;

namespace Coral.Audit.Shipping.Access;

/// <summary>Reads what is said of the search server, by the names of the options that all programs share. Complaints never repeat an address, because it may hold a password.</summary>
/// <param name="value">The value of an option, by its name without dashes; null where it is not given.</param>
/// <param name="problems">Takes one line for each mistake.</param>
public sealed class SearchSettings(Func<string, string?> value, List<string> problems)
{
    /// <summary>The options: name without dashes, value and help. <c>search</c> may be given more than once, which is the same as commas between.</summary>
    public static ImmutableArray<(string Name, string Value, string Help)> Options { get; } =
    [
        ("search", "URL", "The Elasticsearch or OpenSearch to ship to; more nodes of it by more of this option, or with commas between (none: the spool is the store)"),
        ("search-cloud-id", "ID", "The cloud id of the Elasticsearch to ship to, instead of --search"),
        ("search-api-key-file", "FILE", "A file with the API key for it, encoded or as id:key"),
        ("search-user", "NAME", "The user for it, with --search-password-file"),
        ("search-password-file", "FILE", "A file with the user's password"),
        ("search-token-file", "FILE", "A file with a bearer token for it"),
        ("search-ca-file", "FILE", "PEM certificates of the CAs that may sign its certificate (those of this machine)"),
        ("search-cert-file", "FILE", "The client certificate to show it, in PEM"),
        ("search-key-file", "FILE", "The unencrypted PEM key of the client certificate (in --search-cert-file too)"),
        ("search-requests", "1-4", "The most requests to it at the same time (2)"),
        ("search-compression", "0-9", "How hard what is sent to it is compressed by gzip; 0 for not at all (1)"),
    ];

    /// <summary>The option that may be given more than once.</summary>
    public const string Address = "search";

    private static IEnumerable<string> Others => Options.Select(option => option.Name).Where(name => name is not (Address or "search-cloud-id"));

    /// <summary>Null where nothing is shipped.</summary>
    public ShipperOptions? Read()
    {
        var urls = Urls();
        var requests = Number("search-requests", 2, 1, 4);
        var compression = Number("search-compression", 1, 0, 9);
        if (urls.IsEmpty)
        {
            if (value("search") is null && value("search-cloud-id") is null)
                problems.AddRange(Others.Where(name => value(name) is not null).Select(name => $"--{name} is given without --search or --search-cloud-id"));
            return null;
        }

        return new ShipperOptions { Url = urls[0], OtherUrls = urls[1..], Access = Access(urls), Requests = requests, Compression = compression };
    }

    private ImmutableArray<Uri> Urls()
    {
        var (search, cloud) = (value("search"), value("search-cloud-id"));
        if (search is not null && cloud is not null) problems.Add("--search and --search-cloud-id exclude each other: both name the server");
        if (cloud is not null && search is null)
        {
            if (CloudId.TryParse(cloud, out var address, out var problem)) return [address!];
            problems.Add($"--search-cloud-id: {problem}");
        }

        if (search is null or "none") return [];
        var urls = ImmutableArray.CreateBuilder<Uri>();
        foreach (var text in search.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") urls.Add(uri);
            else problems.Add("--search must be one or more http or https URLs, such as http://127.0.0.1:9200, or none");
        }

        return urls.ToImmutable();
    }

    private SearchAccess Access(ImmutableArray<Uri> urls)
    {
        var access = new SearchAccess
        {
            ApiKeyFile = value("search-api-key-file"),
            User = value("search-user"),
            PasswordFile = value("search-password-file"),
            TokenFile = value("search-token-file"),
            CaFile = value("search-ca-file"),
            CertificateFile = value("search-cert-file"),
            KeyFile = value("search-key-file"),
        };
        if (access.User is null != access.PasswordFile is null) problems.Add("--search-user and --search-password-file go together");
        if (access.KeyFile is not null && access.CertificateFile is null) problems.Add("--search-key-file needs --search-cert-file");
        string[] ways =
        [
            .. access.ApiKeyFile is null ? [] : (string[])["--search-api-key-file"],
            .. access.User is null ? [] : (string[])["--search-user"],
            .. access.TokenFile is null ? [] : (string[])["--search-token-file"],
            .. urls.All(url => url.UserInfo.Length == 0) ? [] : (string[])["a user in --search"],
        ];
        if (ways.Length > 1) problems.Add($"{string.Join(" and ", ways)} exclude each other: a request has one Authorization");
        return access;
    }

    private int Number(string name, int otherwise, int least, int most)
    {
        if (value(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        problems.Add($"--{name} is \"{text}\"; it must be a number from {least} to {most}");
        return otherwise;
    }
}
