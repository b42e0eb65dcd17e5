using System.CommandLine;
using Coral.Audit.Shipping;
using Coral.Audit.Shipping.Access;

namespace Coral.Cli.AuditSearch;

/// <summary>The options that name a search server and how to be let in: the same as those of the webhook.</summary>
internal sealed class ServerOptions(string what)
{
    private readonly Option<string[]> search = new("--search") { HelpName = "URL", Description = what };

    private readonly Option<string?>[] others =
    [
        new("--search-cloud-id") { HelpName = "ID", Description = "The cloud id of the Elasticsearch, instead of --search" },
        new("--search-api-key-file") { HelpName = "FILE", Description = "A file with the API key for it, encoded or as id:key" },
        new("--search-user") { HelpName = "NAME", Description = "The user for it, with --search-password-file" },
        new("--search-password-file") { HelpName = "FILE", Description = "A file with the user's password" },
        new("--search-token-file") { HelpName = "FILE", Description = "A file with a bearer token for it" },
        new("--search-ca-file") { HelpName = "FILE", Description = "PEM certificates of the CAs that may sign its certificate (those of this machine)" },
        new("--search-cert-file") { HelpName = "FILE", Description = "The client certificate to show it, in PEM" },
        new("--search-key-file") { HelpName = "FILE", Description = "The unencrypted PEM key of the client certificate (in --search-cert-file too)" },
    ];

    internal void AddTo(Command command)
    {
        command.Add(search);
        foreach (var option in others) command.Add(option);
    }

    /// <summary>The server; null without one, or after a mistake was noted.</summary>
    internal ShipperOptions? Read(ParseResult result, Problems problems)
    {
        var mistakes = new List<string>();
        var server = new SearchSettings(name => Value(result, "--" + name), mistakes).Read();
        if (server is not null && mistakes.Count == 0) mistakes.AddRange(server.Access.Problems());
        foreach (var mistake in mistakes) problems.Add(mistake);
        return mistakes.Count > 0 ? null : server;
    }

    /// <summary>Whether a server is named at all, rightly or not.</summary>
    internal bool IsGiven(ParseResult result) => Value(result, "--search") is not null || Value(result, "--search-cloud-id") is not null;

    private string? Value(ParseResult result, string name)
    {
        if (name == search.Name) return result.GetValue(search) is { Length: > 0 } urls ? string.Join(',', urls) : null;
        return Array.Find(others, option => option.Name == name) is { } found ? result.GetValue(found) : null;
    }
}
