using FsCheck;
using FsCheck.Fluent;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Coral.Policies.Tests;

public class QuantityTests
{
    private const long Max = long.MaxValue;

    [Theory]
    [InlineData("1", "1000m")]
    [InlineData("0.5", "500m")]
    [InlineData(".5", "500m")]
    [InlineData("5.", "5")]
    [InlineData("+5", "5")]
    [InlineData("-0", "0")]
    [InlineData("1k", "1000")]
    [InlineData("1Ki", "1024")]
    [InlineData("1M", "1000k")]
    [InlineData("1Mi", "1048576")]
    [InlineData("1.5Gi", "1610612736")]
    [InlineData("1G", "1e9")]
    [InlineData("1T", "1E12")]
    [InlineData("1P", "1000T")]
    [InlineData("1E", "1e18")]
    [InlineData("1Ti", "1024Gi")]
    [InlineData("1Pi", "1024Ti")]
    [InlineData("1Ei", "1024Pi")]
    [InlineData("2e3", "2000")]
    [InlineData("2E+3", "2000")]
    [InlineData("25e-1", "2500m")]
    [InlineData("1000000000n", "1")]
    [InlineData("1000u", "1m")]
    [InlineData("0.1n", "1n")]
    [InlineData("1.0000000001", "1000000001n")]
    [InlineData("-0.1n", "-1n")]
    [InlineData("1e-2000", "1n")]
    [InlineData("1e-2147483648", "1n")]
    [InlineData("0e2147483647", "0")]
    [InlineData("9223372036854775808", "9223372036854775807")]
    [InlineData("8Ei", "9223372036854775807")]
    [InlineData("1e2147483647", "9223372036854775807")]
    [InlineData("-9Ei", "-9223372036854775807")]
    [InlineData("0000000000000000000000000000001Ki", "1024")]
    [InlineData("0.00000000000000000000000000000000000000001Gi", "1n")]
    [InlineData("  128Mi ", "134217728")]
    public void Equal_amounts_are_equal_however_they_are_written(string left, string right)
    {
        Assert.Equal(Parse(right), Parse(left));
        Assert.Equal(Parse(right).GetHashCode(), Parse(left).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData("1K")]
    [InlineData("1ki")]
    [InlineData("1mi")]
    [InlineData("1KiB")]
    [InlineData("1 Gi")]
    [InlineData("Gi")]
    [InlineData("1e")]
    [InlineData("1e 3")]
    [InlineData("1e1.5")]
    [InlineData("--1")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("NaN")]
    [InlineData("null")]
    public void Anything_else_is_refused(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void A_text_beyond_all_measure_is_refused() => Assert.False(Quantity.TryParse(new string('1', 257), out _));

    [Theory]
    [InlineData("\"100m\"", "100m")]
    [InlineData("2", "2")]
    [InlineData("0.25", "250m")]
    [InlineData("1e3", "1k")]
    [InlineData("1E3", "1k")]
    [InlineData("null", "0")]
    public void Json_texts_and_numbers_are_read(string json, string expected)
    {
        Assert.True(Quantity.TryParse(JsonElement.Parse(json), out var quantity));
        Assert.Equal(Parse(expected), quantity);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"x\"")]
    public void Other_json_is_refused(string json) => Assert.False(Quantity.TryParse(JsonElement.Parse(json), out _));

    [Fact]
    public void An_absent_member_is_refused() => Assert.False(Quantity.TryParse(default(JsonElement), out _));

    [Theory]
    [InlineData("999m", "1")]
    [InlineData("1G", "1Gi")]
    [InlineData("-1", "1n")]
    [InlineData("1023Mi", "1Gi")]
    [InlineData("9223372036854775806", "9223372036854775807")]
    public void Smaller_is_smaller(string less, string more)
    {
        Assert.True(Parse(less) < Parse(more) && Parse(less) <= Parse(more) && Parse(more) > Parse(less) && Parse(more) >= Parse(less) && Parse(less) != Parse(more));
        Assert.True(Parse(less).CompareTo(Parse(more)) < 0);
    }

    [Fact]
    public void Sums_end_at_the_largest_quantity()
    {
        Assert.Equal(Quantity.Max, Quantity.Max + Parse("1n"));
        Assert.Equal(Quantity.Max, Quantity.Max + Quantity.Max);
        Assert.Equal(Parse("-8Ei"), Parse("-8Ei") - Quantity.Max);
        Assert.Equal(Parse("1536Mi"), Parse("1Gi") + Parse("512Mi"));
    }

    [Theory]
    [InlineData("1.5", "1500m")]
    [InlineData("2Gi", "2147483648")]
    [InlineData("15u", "15u")]
    [InlineData("-3n", "-3n")]
    [InlineData("0", "0")]
    public void It_is_written_with_the_suffix_that_needs_no_fraction(string text, string expected) => Assert.Equal(expected, Parse(text).ToString());

    [Fact]
    public void Parsing_agrees_with_exact_arithmetic() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Written.ToArbitrary(), text =>
    {
        // Zeros in front change no amount, and they take the other of the two ways that digits are read.
        var padded = text[0] is '-' ? "-" + new string('0', 30) + text[1..] : new string('0', 30) + text;
        return Parse(text) == Exact(text) && Parse(padded) == Exact(text);
    }));

    [Fact]
    public void Addition_and_order_obey_their_laws() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Gen.ArrayOf(Written, 3).ToArbitrary(), texts =>
    {
        var (a, b, c) = (Parse(texts[0]), Parse(texts[1]), Parse(texts[2]));
        var positive = a.Sign >= 0 && b.Sign >= 0 && c.Sign >= 0;
        return a + b == b + a
            && a + Quantity.Zero == a
            && (!positive || (a + b) + c == a + (b + c))
            && (a + b).CompareTo(a) * b.Sign >= 0
            && a.CompareTo(b) == -b.CompareTo(a)
            && (a.CompareTo(b) == 0) == (a == b)
            && !(a <= b && b <= c && a > c)
            && (!(a <= b) || a + c <= b + c)
            && Parse(a.ToString()) == a;
    }));

    private static Gen<string> Written =>
        from sign in Gen.Elements("", "", "-")
        from digits in Gen.Choose(1, 22)
        from whole in Gen.ArrayOf(Gen.Choose(0, 9), digits)
        from places in Gen.Choose(0, 12)
        from fraction in Gen.ArrayOf(Gen.Choose(0, 9), places)
        from suffix in Gen.Elements("", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E-7", "e+12", "e-30")
        select $"{sign}{string.Concat(whole)}{(places > 0 ? "." : "")}{string.Concat(fraction)}{suffix}";

    private static Quantity Parse(string text)
    {
        Assert.True(Quantity.TryParse(text, out var quantity), text);
        return quantity;
    }

    /// <summary>The same by fractions of big numbers, written back as a plain number of billionths.</summary>
    private static Quantity Exact(string text)
    {
        var end = text.Length;
        while (!char.IsAsciiDigit(text[end - 1]) || text[..end].Contains('e', StringComparison.OrdinalIgnoreCase)) end--;
        var suffix = text[end..];
        var number = text[..end].TrimStart('-');
        var point = number.IndexOf('.', StringComparison.Ordinal);
        var numerator = BigInteger.Parse(number.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1_000_000_000;
        var denominator = point < 0 ? 1 : BigInteger.Pow(10, number.Length - point - 1);
        var powers = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = 0, ["n"] = -9, ["u"] = -6, ["m"] = -3, ["k"] = 3, ["M"] = 6, ["G"] = 9, ["T"] = 12, ["P"] = 15, ["E"] = 18 };
        if (suffix.EndsWith('i')) numerator *= BigInteger.Pow(1024, "KMGTPE".IndexOf(suffix[0], StringComparison.Ordinal) + 1);
        else if (!powers.TryGetValue(suffix, out var power)) Shift(int.Parse(suffix[1..], CultureInfo.InvariantCulture));
        else Shift(power);
        var nanos = BigInteger.Min((numerator + denominator - 1) / denominator, new BigInteger(Max) * 1_000_000_000);
        return Parse($"{(text[0] == '-' ? "-" : "")}{nanos / 1_000_000_000}.{(long)(nanos % 1_000_000_000):d9}");

        void Shift(int power)
        {
            if (power >= 0) numerator *= BigInteger.Pow(10, power);
            else denominator *= BigInteger.Pow(10, -power);
        }
    }
}
