using System.CommandLine;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Pss;

/// <summary>The options that say by what to judge.</summary>
internal sealed class StandardOptions
{
    private readonly Option<string?> level = new("--level") { HelpName = "LEVEL", Description = "privileged, baseline or restricted (restricted)" };
    private readonly Option<string?> version = new("--version") { HelpName = "VERSION", Description = "The version of the standards, such as v1.30, or latest (latest)" };
    private readonly Option<string?> serverVersion = new("--server-version")
    {
        HelpName = "VERSION",
        Description = "The API server's version, such as v1.34 (the newest known): latest, and versions that are newer than it, count as it",
    };

    internal void AddTo(Command command)
    {
        foreach (var option in new[] { level, version, serverVersion }) command.Add(option);
    }

    /// <summary>What a mistake was noted of counts as its default.</summary>
    internal Standard Read(ParseResult result, Problems problems) => new(
        new LevelVersion(Level(result.GetValue(level), problems), Version(result.GetValue(version), problems)),
        Server(result.GetValue(serverVersion), problems));

    private static Level Level(string? text, Problems problems)
    {
        if (!Levels.TryParse(text ?? "restricted", out var level)) problems.Add($"--level is \"{text}\"; it must be privileged, baseline or restricted");
        return level;
    }

    private static PolicyVersion Version(string? text, Problems problems)
    {
        if (!PolicyVersion.TryParse(text ?? "latest", out var version)) problems.Add($"--version is \"{text}\"; it must be latest, or like v1.30");
        return version;
    }

    private static KubernetesVersion? Server(string? text, Problems problems)
    {
        if (text is null) return null;
        if (KubernetesVersion.TryParse(text, out var version) && version.Major == 1) return version;
        problems.Add($"--server-version is \"{text}\"; it must be like v1.36");
        return null;
    }
}
