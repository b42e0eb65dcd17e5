using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>Which events somebody wants: the parameters of <c>/api/events</c> (row C-25). Immutable.</summary>
internal sealed record EventQuery
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 10_000;

    private static readonly string[] Known = ["type", "node", "pid", "command", "since", "until", "limit"];

    internal string? Type { get; init; }

    internal string? Node { get; init; }

    internal int? Pid { get; init; }

    internal string? Command { get; init; }

    internal DateTimeOffset? Since { get; init; }

    internal DateTimeOffset? Until { get; init; }

    internal int Limit { get; init; } = DefaultLimit;

    /// <summary>Reads the parameters. Everything that is wrong with them is told at once; then the query is of no use.</summary>
    internal static (EventQuery Query, ImmutableArray<string> Problems) Read(IQueryCollection parameters)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, values) in parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            if (!Known.Contains(name, StringComparer.Ordinal)) problems.Add($"there is no parameter {Shown(name)}; there are {string.Join(", ", Known)}");
            else if (values.Count > 1) problems.Add($"{name} is there {values.Count} times; it must be there once");
        }

        string? Text(string name) => parameters.TryGetValue(name, out var values) && values is [{ } text] ? text : null;

        T? Value<T>(string name, Func<string, T?> parse, string must)
            where T : struct
        {
            if (Text(name) is not { } text) return null;
            if (parse(text) is { } value) return value;
            problems.Add($"{name} is \"{Shown(text)}\"; it must be {must}");
            return null;
        }

        var query = new EventQuery
        {
            Type = Text("type"),
            Node = Text("node"),
            Command = Text("command"),
            Pid = Value<int>("pid", text => Number(text, 1, int.MaxValue), "the number of a process"),
            Since = Value("since", Time, "a time such as 2026-01-31T12:00:00Z, or seconds since 1970"),
            Until = Value("until", Time, "a time such as 2026-01-31T12:00:00Z, or seconds since 1970"),
            Limit = Value<int>("limit", text => Number(text, 1, MostLimit), $"a number from 1 to {MostLimit}") ?? DefaultLimit,
        };
        if (query.Type is { } type && !ApiEvent.Types.Contains(type, StringComparer.Ordinal)) problems.Add($"type is \"{Shown(type)}\"; there are {string.Join(", ", ApiEvent.Types)}");
        if (query.Since > query.Until) problems.Add("since is after until");
        return (query, problems.ToImmutable());
    }

    /// <summary>Whether this is one of those. <see cref="Since"/> belongs to it, <see cref="Until"/> does not.</summary>
    internal bool Fits(ApiEvent e) =>
        (Type is null || e.Type == Type)
        && (Pid is null || e.Process?.Pid == Pid)
        && (Command is null || e.Process?.Name == Command)
        && (Node is null || e.Event.Origin.Node == Node)
        && !(e.Event.Timestamp < Since)
        && !(e.Event.Timestamp >= Until);

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static DateTimeOffset? Time(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        // A sign before the zone must be written %2B, and is often not.
        return DateTimeOffset.TryParseExact(text.Replace(' ', '+'), ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>What somebody sent, so that it can be printed.</summary>
    private static string Shown(string text)
    {
        const int most = 64;
        return string.Concat(text.Take(most).Select(character => char.IsControl(character) ? '?' : character));
    }
}
