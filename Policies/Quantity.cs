using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Coral.Policies;

/// <summary>
/// A Kubernetes resource quantity (<c>100m</c>, <c>1.5Gi</c>, <c>2e3</c>), kept exactly in billionths. As in the API server, what is smaller than a
/// billionth is rounded away from zero, and the magnitude ends at 2^63 - 1; sums that would pass it stay there.
/// </summary>
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    // Longer texts are no honest quantities, and the work grows with the square of the length.
    private const int LongestText = 256;
    private const int NanoDigits = 9;
    private const int MostFastDigits = 18;

    // 256 digits times 2^60 have fewer than 300 decimals: at this exponent every number but zero is past one of the ends.
    private const int FarExponent = 400;

    private static readonly Int128 Limit = (Int128)long.MaxValue * 1_000_000_000;

    private readonly Int128 nanos;

    private Quantity(Int128 nanos) => this.nanos = Int128.Clamp(nanos, -Limit, Limit);

    /// <summary>Nothing.</summary>
    public static Quantity Zero => default;

    /// <summary>The largest quantity: 2^63 - 1.</summary>
    public static Quantity Max => new(Limit);

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Int128.Sign(nanos);

    /// <summary>Reads a JSON text or number. Null counts as zero, as the API server decodes it; false for anything else.</summary>
    public static bool TryParse(JsonElement value, out Quantity quantity)
    {
        quantity = default;
        return value.ValueKind switch
        {
            JsonValueKind.String => TryParse(value.GetString(), out quantity),
            JsonValueKind.Number => TryParse(value.GetRawText(), out quantity),
            JsonValueKind.Null => true,
            _ => false,
        };
    }

    /// <summary>
    /// Reads sign, digits with at most one point, and a suffix: n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or e or E with a whole number. Spaces
    /// around it are passed over. False for anything else, and for more than 256 characters.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity)
    {
        quantity = default;
        text = text.Trim();
        if (text.Length is 0 or > LongestText) return false;
        var negative = text[0] == '-';
        if (text[0] is '-' or '+') text = text[1..];
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.')) length++;
        var number = text[..length];
        if (!TrySuffix(text[length..], out var exponent, out var shift)) return false;
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? default : number[(point + 1)..];
        if (fraction.Contains('.') || whole.Length + fraction.Length == 0) return false;

        exponent = Math.Clamp(exponent, -FarExponent, FarExponent) + NanoDigits - fraction.Length;
        var magnitude = whole.Length + fraction.Length <= MostFastDigits
            ? Scale((UInt128)Digits(fraction, Digits(whole, 0)) << shift, exponent)
            : Scale(BigInteger.Parse($"{whole}{fraction}", NumberStyles.None, CultureInfo.InvariantCulture) << shift, exponent);
        quantity = new Quantity(negative ? -magnitude : magnitude);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => nanos.CompareTo(other.nanos);

    /// <inheritdoc/>
    public bool Equals(Quantity other) => nanos == other.nanos;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => nanos.GetHashCode();

    /// <summary>The sum; beyond the largest quantity it stays there.</summary>
    public static Quantity operator +(Quantity left, Quantity right) => new(left.nanos + right.nanos);

    /// <summary>The difference; beyond the largest quantity it stays there.</summary>
    public static Quantity operator -(Quantity left, Quantity right) => new(left.nanos - right.nanos);

    /// <summary>The same amount, however it was written.</summary>
    public static bool operator ==(Quantity left, Quantity right) => left.nanos == right.nanos;

    /// <summary>Another amount.</summary>
    public static bool operator !=(Quantity left, Quantity right) => left.nanos != right.nanos;

    /// <summary>Less than.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.nanos < right.nanos;

    /// <summary>More than.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.nanos > right.nanos;

    /// <summary>At most.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.nanos <= right.nanos;

    /// <summary>At least.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.nanos >= right.nanos;

    /// <summary>The amount with the decimal suffix that needs no fraction: <c>2</c>, <c>1500m</c>, <c>10n</c>.</summary>
    public override string ToString()
    {
        var (unit, suffix) = nanos % 1_000_000_000 == 0 ? (1_000_000_000, "")
            : nanos % 1_000_000 == 0 ? (1_000_000, "m")
            : nanos % 1_000 == 0 ? (1_000, "u")
            : (1, "n");
        return string.Create(CultureInfo.InvariantCulture, $"{nanos / unit}{suffix}");
    }

    /// <summary>The whole part, for sizes in bytes.</summary>
    public long ToBytes() => (long)Int128.Min(nanos / 1_000_000_000, long.MaxValue);

    /// <summary>The nearest floating point number, for ratios.</summary>
    internal double ToDouble() => (double)nanos / 1e9;

    /// <summary>A suffix is a power of ten or a power of two (<paramref name="shift"/> bits).</summary>
    private static bool TrySuffix(ReadOnlySpan<char> suffix, out int exponent, out int shift)
    {
        (exponent, shift) = suffix switch
        {
            "" => (0, 0),
            "n" => (-9, 0),
            "u" => (-6, 0),
            "m" => (-3, 0),
            "k" => (3, 0),
            "M" => (6, 0),
            "G" => (9, 0),
            "T" => (12, 0),
            "P" => (15, 0),
            "E" => (18, 0),
            "Ki" => (0, 10),
            "Mi" => (0, 20),
            "Gi" => (0, 30),
            "Ti" => (0, 40),
            "Pi" => (0, 50),
            "Ei" => (0, 60),
            _ => (0, -1),
        };
        if (shift >= 0) return true;
        shift = 0;
        return suffix is ['e' or 'E', .. var power] && int.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
    }

    private static ulong Digits(ReadOnlySpan<char> digits, ulong before)
    {
        foreach (var digit in digits) before = (before * 10) + (uint)(digit - '0');
        return before;
    }

    /// <summary>Digits times a power of ten, rounded up, at most the limit. 18 digits and 60 bits stay below 2^120.</summary>
    private static Int128 Scale(UInt128 digits, int exponent)
    {
        if (digits == 0) return 0;
        if (exponent > 28) return Limit;
        if (exponent < -37) return 1;
        var power = UInt128.One;
        for (var left = Math.Abs(exponent); left > 0; left--) power *= 10;
        if (exponent < 0) digits = (digits + power - 1) / power;
        else if (digits > (UInt128)Limit / power) return Limit;
        else digits *= power;
        return digits > (UInt128)Limit ? Limit : (Int128)digits;
    }

    private static Int128 Scale(BigInteger digits, int exponent)
    {
        if (digits.IsZero) return 0;
        if (exponent > 28) return Limit;
        var power = BigInteger.Pow(10, Math.Abs(exponent));
        digits = exponent < 0 ? (digits + power - 1) / power : digits * power;
        return digits > (BigInteger)Limit ? Limit : (Int128)digits;
    }
}
