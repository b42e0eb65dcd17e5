using System.CommandLine;

namespace Coral.Cli.AuditSearch;

/// <summary>The options that say where decisions are looked for.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> spool = new("--spool") { HelpName = "DIR", Description = "The spool folder of a process (run/spool)" };
    private readonly Option<string?> search = new("--search") { HelpName = "URL", Description = "The Elasticsearch or OpenSearch that decisions are shipped to" };
    private readonly ApiKeyOption key = new("--search");

    internal void AddTo(Command command)
    {
        command.Add(spool);
        command.Add(search);
        key.AddTo(command);
    }

    /// <summary>Where to look; null after a mistake was noted.</summary>
    internal AuditPlace? Read(ParseResult result, Problems problems)
    {
        var (folder, url) = (result.GetValue(spool), result.GetValue(search));
        var secret = key.Read(result, url is not null, problems);
        if (url is null) return new AuditPlace(folder ?? "run/spool", null, null);
        if (folder is not null) problems.Add("--spool and --search exclude each other: decisions are looked for in a folder or on a server");
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return new AuditPlace("", uri, secret);
        problems.Add($"--search is \"{url}\"; it must be an http or https URL, such as http://127.0.0.1:9200");
        return null;
    }
}
