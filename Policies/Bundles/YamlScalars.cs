using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Coral.Policies.Bundles;

/// <summary>What a scalar is in JSON.</summary>
internal enum ScalarKind
{
    String,
    Null,
    True,
    False,
    Integer,
    Float,

    /// <summary>Infinity or no number: JSON has neither.</summary>
    NotFinite,
}

/// <summary>
/// Tells strings from other scalars as kubectl does. That is YAML 1.1 for booleans (<c>yes</c>, <c>no</c>, <c>on</c>, <c>off</c>, <c>y</c>, <c>n</c>), integers
/// (<c>010</c> is 8, <c>0x1F</c>, <c>0b1</c>, <c>1_000</c>) and nothing else: times and <c>1:30</c> stay strings. Every case was compared with kubectl 1.36.
/// One thing differs on purpose: a number that is written as JSON writes numbers keeps its text (<c>1.10</c>, <c>1e400</c>, 25 digits), where kubectl rounds it to 64 bits.
/// </summary>
internal static partial class YamlScalars
{
    private const string Prefix = "tag:yaml.org,2002:";

    /// <summary>The kind of a plain scalar without a tag; for numbers also their JSON text.</summary>
    public static ScalarKind Resolve(string text, out string number)
    {
        number = "";
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return ScalarKind.Null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return ScalarKind.True;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return ScalarKind.False;
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
                return ScalarKind.NotFinite;
            default:
                return char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.' ? Number(text, out number) : ScalarKind.String;
        }
    }

    /// <summary>The kind of any scalar, and its text in JSON: of a string what stands between the quotes, of a number the number.</summary>
    public static ScalarKind Resolve(YamlScalar scalar, out string text)
    {
        text = scalar.Text;
        if (scalar.Tag is null)
        {
            if (!scalar.Plain) return ScalarKind.String;
            var plain = Resolve(scalar.Text, out var number);
            if (number.Length > 0) text = number;
            return plain;
        }

        var tag = scalar.Tag.StartsWith(Prefix, StringComparison.Ordinal) ? scalar.Tag[Prefix.Length..] : "";
        if (tag == "binary") text = Binary(scalar);
        if (tag is not ("int" or "float" or "bool" or "null")) return ScalarKind.String;
        var kind = Resolve(scalar.Text, out var value);
        var fits = tag switch
        {
            "int" => kind == ScalarKind.Integer,
            "float" => kind is ScalarKind.Integer or ScalarKind.Float or ScalarKind.NotFinite,
            "bool" => kind is ScalarKind.True or ScalarKind.False,
            _ => kind == ScalarKind.Null,
        };
        if (!fits) throw new YamlFault(scalar.Line, scalar.Column, $"\"{JsonDescribe.Short(scalar.Text)}\" is no !!{tag}");
        if (value.Length > 0) text = value;
        return kind;
    }

    private static string Binary(YamlScalar scalar)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(scalar.Text));
        }
        catch (FormatException)
        {
            throw new YamlFault(scalar.Line, scalar.Column, "a !!binary that is not base64");
        }
    }

    private static ScalarKind Number(string text, out string number)
    {
        number = "";
        var plain = text.Contains('_') ? text.Replace("_", "") : text;
        if (plain.StartsWith('+')) plain = plain[1..];
        // A second sign; and behind a leading point an underscore counts only between digits.
        if (plain.Length == 0 || (plain[0] is '+' or '-' && text[0] == '+') || (text[0] == '.' && StrayUnderscore().IsMatch(text))) return ScalarKind.String;
        if (JsonNumber().IsMatch(plain))
        {
            number = plain;
            return plain.AsSpan().ContainsAny('.', 'e', 'E') ? ScalarKind.Float : ScalarKind.Integer;
        }

        if (TryRadix(plain, out var integer))
        {
            number = integer.ToString(CultureInfo.InvariantCulture);
            return ScalarKind.Integer;
        }

        if (!YamlFloat().IsMatch(plain)) return ScalarKind.String;
        var value = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) return ScalarKind.String;
        number = value.ToString("R", CultureInfo.InvariantCulture);
        return ScalarKind.Float;
    }

    /// <summary>Hexadecimal, binary, and octal with or without its letter; no more than 64 bits, beyond them kubectl reads something else.</summary>
    private static bool TryRadix(string plain, out BigInteger value)
    {
        value = 0;
        var negative = plain[0] == '-';
        var digits = plain.AsSpan(negative ? 1 : 0);
        if (digits.Length < 2 || digits[0] != '0') return false;
        var (radix, skip) = digits[1] switch
        {
            'x' or 'X' => (16, 2),
            'b' or 'B' => (2, 2),
            'o' or 'O' => (8, 2),
            _ => (8, 1),
        };
        digits = digits[skip..];
        if (digits.Length is 0 or > 64) return false;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 16;
            if (digit >= radix) return false;
            value = (value * radix) + digit;
        }

        if (negative) value = -value;
        return value >= long.MinValue && value <= ulong.MaxValue;
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"(^|[^0-9])_|_([^0-9]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex StrayUnderscore();

    [GeneratedRegex(@"^-?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex YamlFloat();
}
