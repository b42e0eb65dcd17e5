using Coral.Policies.PodSecurity;

namespace Coral.Webhook.Facts.Probing;

/// <summary>Reads the sentences of the API server's PodSecurity plug-in, to the letter: whatever else answers on its behalf is not believed.</summary>
internal static class ProbeText
{
    private const string Refusal = $"pods \"{ProbePod.Name}\" is forbidden: violates PodSecurity \"";
    private const string Warning = "would violate PodSecurity \"";

    /// <summary>Longer than any LEVEL:VERSION.</summary>
    private const int LongestName = 64;

    /// <summary>As much as fits a line of a log.</summary>
    private const int LongestShown = 300;

    /// <summary>The level and version that a 403's message names; null when it is another's message.</summary>
    internal static LevelVersion? Refused(string message) => Read(message, Refusal);

    /// <summary>The level and version that a warning names; null when it is another's warning.</summary>
    internal static LevelVersion? Warned(string warning) => Read(warning, Warning);

    /// <summary>What somebody else wrote, as one line without control characters and not too long.</summary>
    internal static string Shown(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "no reason given";
        var line = new string([.. text.Take(LongestShown).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)]).Trim();
        return text.Length > LongestShown ? line + "…" : line;
    }

    private static LevelVersion? Read(string text, string start)
    {
        if (!text.StartsWith(start, StringComparison.Ordinal)) return null;
        var rest = text.AsSpan(start.Length);
        var name = rest[..Math.Min(rest.Length, LongestName)];
        var end = name.IndexOf("\": ");
        var colon = name.IndexOf(':');
        if (end < 0 || colon < 0 || colon > end) return null;
        if (!Levels.TryParse(name[..colon], out var level) || level == Level.Privileged) return null;
        return PolicyVersion.TryParse(name[(colon + 1)..end], out var version) ? new LevelVersion(level, version) : null;
    }
}
