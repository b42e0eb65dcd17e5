namespace Coral.Policies.PodSecurity;

/// <summary>The names of the levels, as they stand in labels and messages.</summary>
public static class Levels
{
    /// <summary><c>privileged</c>, <c>baseline</c> or <c>restricted</c>.</summary>
    public static string ToText(this Level level) => level switch
    {
        Level.Privileged => "privileged",
        Level.Baseline => "baseline",
        _ => "restricted",
    };

    /// <summary>Reads exactly one of the three names; anything else is false, with restricted as the value, as the reference has it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Level level)
    {
        level = text switch
        {
            "privileged" => Level.Privileged,
            "baseline" => Level.Baseline,
            _ => Level.Restricted,
        };
        return level != Level.Restricted || text is "restricted";
    }
}
