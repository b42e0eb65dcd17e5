using System.Globalization;

namespace Coral.Webhook.Admission;

/// <summary>Reads durations as the API server writes them: <c>2s</c>, <c>500ms</c>, <c>1m30s</c>.</summary>
internal static class GoDuration
{
    /// <summary>Durations up to an hour: all that an API server says.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration) => TryParse(text, out duration, TimeSpan.FromHours(1));

    internal static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration, TimeSpan most)
    {
        duration = TimeSpan.Zero;
        if (text.IsEmpty || text.Length > 32) return false;
        while (!text.IsEmpty)
        {
            var digits = 0;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
            var unit = digits;
            while (unit < text.Length && char.IsAsciiLetter(text[unit])) unit++;
            if (!double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            var seconds = text[digits..unit] switch
            {
                "h" => 3600.0,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "us" => 1e-6,
                _ => 0,
            };
            if (seconds == 0 || number * seconds > most.TotalSeconds) return false;
            duration += TimeSpan.FromSeconds(number * seconds);
            text = text[unit..];
        }

        return duration > TimeSpan.Zero;
    }
}
