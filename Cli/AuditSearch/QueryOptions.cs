using System.CommandLine;
using System.Globalization;
using Coral.Audit.Search;
using Coral.Policies.Variants;

namespace Coral.Cli.AuditSearch;

/// <summary>The options that say what to look for, and where.</summary>
internal sealed class QueryOptions
{
    private static readonly string[] Outcomes = ["injected", "skipped", "denied", "failed"];

    private readonly Option<string?> spool = new("--spool") { HelpName = "DIR", Description = "The spool folder of a process (run/spool)" };
    private readonly Option<string?> search = new("--search") { HelpName = "URL", Description = "The Elasticsearch or OpenSearch that decisions are shipped to" };
    private readonly Option<string?> apiKeyFile = new("--search-api-key-file") { HelpName = "FILE", Description = "A file with the encoded API key for it" };
    private readonly Option<string?> ns = new("--namespace", "-n") { HelpName = "NAME", Description = "The pod's namespace" };
    private readonly Option<string?> outcome = new("--outcome") { HelpName = "OUTCOME", Description = "injected, skipped, denied or failed" };
    private readonly Option<string?> reason = new("--reason") { HelpName = "CODE", Description = "The reason code, such as proved-minimal" };
    private readonly Option<string?> variant = new("--variant") { HelpName = "NAME", Description = "The chosen variant, such as ebpf-minimal" };
    private readonly Option<string?> since = new("--since") { HelpName = "1h|TIME", Description = "Not older than this: 90s, 15m, 1h, 7d, or a time such as 2026-11-21T12:00:00Z" };
    private readonly Option<string?> text = new("--text") { HelpName = "WORDS", Description = "Words of the message, the warnings or the Pod Security violations" };
    private readonly Option<string?> id = new("--id") { HelpName = "ID", Description = "A decision's id, as coral.io/status of the pod has it, or a document's" };
    private readonly Option<string?> limit = new("--limit") { HelpName = "N", Description = "The most to show (50)" };

    internal void AddTo(Command command)
    {
        foreach (var option in new[] { spool, search, apiKeyFile, ns, outcome, reason, variant, since, text, id, limit }) command.Add(option);
    }

    internal AuditQuery Read(ParseResult result, TimeProvider time, Problems problems) => new()
    {
        Namespace = result.GetValue(ns),
        Outcome = Choice("outcome", result.GetValue(outcome), Outcomes, problems),
        Reason = result.GetValue(reason),
        Variant = Choice("variant", result.GetValue(variant), [.. VariantCatalogue.Shipped.Variants.Select(known => known.Name)], problems),
        Since = Since(result.GetValue(since), time, problems),
        Text = result.GetValue(text),
        Id = result.GetValue(id),
        Limit = Limit(result.GetValue(limit), problems),
    };

    /// <summary>Where to look; null after a mistake was noted.</summary>
    internal IAuditSearch? ReadSource(ParseResult result, TimeProvider time, Problems problems)
    {
        var (folder, url, keyFile) = (result.GetValue(spool), result.GetValue(search), result.GetValue(apiKeyFile));
        if (keyFile is not null && url is null) problems.Add("--search-api-key-file needs --search");
        if (url is null) return new LocalSearch(folder ?? "run/spool");
        if (folder is not null) problems.Add("--spool and --search exclude each other: decisions are looked for in a folder or on a server");
        var key = keyFile is null ? null : problems.Try(() => Key(keyFile));
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return new RemoteSearch(uri, time, key);
        problems.Add($"--search is \"{url}\"; it must be an http or https URL, such as http://127.0.0.1:9200");
        return null;
    }

    private static string Key(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--search-api-key-file {file}: cannot be read: {mistake.Message}");
        }
    }

    private static string? Choice(string name, string? value, string[] choices, Problems problems)
    {
        if (value is not null && !choices.Contains(value)) problems.Add($"--{name} is \"{value}\"; it must be {string.Join(", ", choices[..^1])} or {choices[^1]}");
        return value;
    }

    private static DateTimeOffset? Since(string? value, TimeProvider time, Problems problems)
    {
        if (value is null) return null;
        if (Age(value) is { } age && age < TimeSpan.FromDays(36_500)) return time.GetUtcNow() - age;
        // A time without a zone would mean another moment on each machine, so one is demanded by its shape.
        if (value.Contains('T') && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        problems.Add($"--since is \"{value}\"; it must be an age such as 15m, 1h or 7d, or a time such as 2026-11-21T12:00:00Z");
        return null;
    }

    private static TimeSpan? Age(string value)
    {
        if (value.Length < 2 || !double.TryParse(value[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > 1e9) return null;
        return value[^1] switch
        {
            's' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMinutes(amount),
            'h' => TimeSpan.FromHours(amount),
            'd' => TimeSpan.FromDays(Math.Min(amount, 1e5)),
            _ => null,
        };
    }

    private static int Limit(string? value, Problems problems)
    {
        if (value is null) return 50;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
        problems.Add($"--limit is \"{value}\"; it must be a number above 0");
        return 50;
    }
}
