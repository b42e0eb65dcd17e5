using System.Collections.Immutable;
using System.CommandLine;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Commands;

/// <summary>The option <c>--collectors</c> of verbs that run on when a collector can't: <c>auto</c> takes all that the kernel lets run.</summary>
internal static class CollectorsOption
{
    internal const string Auto = "auto";
    internal const string None = "none";

    internal static Option<string> Build(string otherwise)
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

    /// <summary>What an engine that runs on is asked for.</summary>
    internal static EngineOptions Engine(string text, string? node) => new()
    {
        Collectors = Read(text),
        LeavesOut = text == Auto,
        Window = EngineOptions.DefaultWindow,
        Origin = new AuditOrigin { Service = "coral-agent", Version = AgentVersion.Text, Node = node },
    };

    /// <summary>The names that were asked for.</summary>
    internal static ImmutableArray<string> Read(string text) => text switch { Auto => [.. LiveCollectors.Names], None => [], _ => Names(text) };

    private static ImmutableArray<string> Names(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}
