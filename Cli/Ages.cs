using System.Globalization;

namespace Coral.Cli;

/// <summary>Lengths of time as people write them: 90s, 15m, 1.5h, 7d.</summary>
internal static class Ages
{
    /// <summary>Null when it is none.</summary>
    internal static TimeSpan? Read(string value)
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
}
