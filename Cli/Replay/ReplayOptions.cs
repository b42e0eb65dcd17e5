using System.CommandLine;
using Coral.Audit.Search;
using Coral.Cli.AuditSearch;
using Coral.Cli.Facts;
using Coral.Policies;

namespace Coral.Cli.Replay;

/// <summary>The options that say which recorded decisions are made again, and by which policies.</summary>
internal sealed class ReplayOptions
{
    private readonly Option<string?> from = new("--from") { HelpName = "SPOOL|URL", Description = "The spool folder of a process, or the search server that decisions are shipped to (run/spool)" };
    private readonly ApiKeyOption key = new("a URL as --from");
    private readonly Option<string?> policy = new("--policy") { HelpName = "DIR", Description = "Decide by the InjectionPolicy files of this folder, and no others" };
    private readonly QueryOptions query = new(int.MaxValue, "The most to read (all)");

    internal void AddTo(Command command)
    {
        command.Add(from);
        key.AddTo(command);
        command.Add(policy);
        query.AddTo(command);
    }

    internal AuditQuery ReadQuery(ParseResult result, TimeProvider time, Problems problems) => query.Read(result, time, problems);

    /// <param name="result">The call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="problems">Takes mistakes.</param>
    /// <param name="unreadable">Called for each document that is none.</param>
    internal IAuditSearch ReadSource(ParseResult result, TimeProvider time, Problems problems, Action unreadable)
    {
        var text = result.GetValue(from) ?? "run/spool";
        var url = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
        var secret = key.Read(result, url is not null, problems);
        return url is null ? new LocalSearch(text, unreadable) : new RemoteSearch(url, time, secret, unreadable: unreadable);
    }

    /// <summary>Facts that hold nothing but the policies; null where none are given.</summary>
    internal ClusterFacts? ReadPolicies(ParseResult result, Problems problems)
    {
        if (result.GetValue(policy) is not { } folder) return null;
        if (Path.Exists(folder)) return problems.Try(() => SceneReader.Policies(folder)) is { } read ? ClusterFacts.Empty with { Policies = ClusterFacts.Order(read) } : null;
        problems.Add($"--policy {folder}: there is no such folder");
        return null;
    }
}
