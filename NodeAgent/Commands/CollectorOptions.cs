using System.Collections.Immutable;
using System.CommandLine;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Commands;

/// <summary>What verbs that run on are told of collectors: <c>--collectors</c>, where <c>auto</c> takes all that the kernel lets run, and <c>--http-records</c>.</summary>
internal static class CollectorOptions
{
    internal const string Auto = "auto";
    internal const string None = "none";

    private const string HttpRecordsVariable = "CORAL_HTTP_RECORDS";

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="otherwise">Which collectors run where nothing is said.</param>
    /// <returns>What an engine is asked for, by what was said and the name of the node.</returns>
    internal static Func<ParseResult, string?, EngineOptions> AddTo(Command command, string otherwise)
    {
        var (collectors, records) = (Collectors(otherwise), HttpRecords());
        command.Options.Add(collectors);
        command.Options.Add(records);
        return (result, node) => new()
        {
            Collectors = Read(result.GetValue(collectors)!),
            LeavesOut = result.GetValue(collectors) == Auto,
            HttpRecords = result.GetValue(records),
            Window = EngineOptions.DefaultWindow,
            Origin = new AuditOrigin { Service = "coral-agent", Version = AgentVersion.Text, Node = node },
        };
    }

    /// <summary>The option <c>--http-records</c>.</summary>
    internal static Option<bool> HttpRecords()
    {
        var option = new Option<bool>("--http-records")
        {
            Description = $"A record for each request of HTTP, with its path but without its query: else only for those that are slow, cut or answered with 500 and more, without it ({HttpRecordsVariable})",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(HttpRecordsVariable) == "true",
        };
        option.Validators.Add(result =>
        {
            if (Environment.GetEnvironmentVariable(HttpRecordsVariable) is { Length: > 0 } said and not ("true" or "false")) result.AddError($"{HttpRecordsVariable} is \"{said}\"; it must be true or false");
        });
        return option;
    }

    private static Option<string> Collectors(string otherwise)
    {
        var option = new Option<string>("--collectors") { HelpName = "auto|none|NAME,NAME", Description = $"Which collectors run: all that this kernel lets run, none, or these of {string.Join(", ", LiveCollectors.Names)} (CORAL_COLLECTORS, else {otherwise})", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CORAL_COLLECTORS") is { Length: > 0 } said ? said : otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { } text || text is Auto or None) return;
            foreach (var name in Names(text).Where(name => !LiveCollectors.Names.Contains(name, StringComparer.Ordinal)))
                result.AddError($"--collectors has \"{name}\"; there are {string.Join(", ", LiveCollectors.Names)}, or {Auto} or {None} alone");
            if (Names(text).Length == 0) result.AddError($"--collectors is empty; it must be {Auto}, {None} or names of {string.Join(", ", LiveCollectors.Names)}");
        });
        return option;
    }

    private static ImmutableArray<string> Read(string text) => text switch { Auto => [.. LiveCollectors.Names], None => [], _ => Names(text) };

    private static ImmutableArray<string> Names(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}
