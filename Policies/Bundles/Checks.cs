using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>Checks of single values. The limits of lists are those of the CRDs in <c>manifests/crds</c>.</summary>
internal static class Checks
{
    public static readonly JsonCheck Anything = (_, _) => { };

    public static readonly JsonCheck Boolean = (field, report) =>
    {
        if (field.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) report(field.Path, $"expected true or false, found {field.Value.Describe()}");
    };

    public static readonly JsonCheck Object = (field, report) =>
    {
        if (field.Value.ValueKind != JsonValueKind.Object) report(field.Path, $"expected an object, found {field.Value.Describe()}");
    };

    public static JsonCheck Integer(long least, long most) => (field, report) =>
    {
        if (field.Value.ValueKind != JsonValueKind.Number || !TryInteger(field.Value, out var value)) report(field.Path, $"expected an integer, found {field.Value.Describe()}");
        else if (value < least || value > most) report(field.Path, $"expected an integer from {least} to {most}, found {JsonDescribe.Short(field.Value.GetRawText())}");
    };

    public static JsonCheck Text(int longest = int.MaxValue) => (field, report) =>
    {
        if (field.Value.AsText() is not { } text) report(field.Path, $"expected a string, found {field.Value.Describe()}");
        else if (Length(text) > longest) report(field.Path, $"is longer than {longest} characters");
    };

    /// <summary>A text that must look like something: <paramref name="expected"/> says what it is in a message.</summary>
    public static JsonCheck Text(string expected, Func<string, bool> looksRight) => (field, report) =>
    {
        if (field.Value.AsText() is not { } text || !looksRight(text)) report(field.Path, $"expected {expected}, found {field.Value.Describe()}");
    };

    /// <summary>One of a few names: <paramref name="what"/> is what they are names of.</summary>
    public static JsonCheck OneOf(string what, params string[] known) => (field, report) =>
    {
        if (field.Value.AsText() is not { } text) report(field.Path, $"expected one of {string.Join(", ", known)}; found {field.Value.Describe()}");
        else if (!known.Contains(text)) report(field.Path, $"unknown {what} \"{JsonDescribe.Short(text)}\"; known: {string.Join(", ", known)}");
    };

    public static JsonCheck ListOf(JsonCheck item, int longest) => (field, report) =>
    {
        if (field.Value.ValueKind != JsonValueKind.Array)
        {
            report(field.Path, $"expected a list, found {field.Value.Describe()}");
            return;
        }

        if (field.Value.GetArrayLength() > longest) report(field.Path, $"has {field.Value.GetArrayLength()} items, at most {longest} are allowed");
        foreach (var element in field.Items()) item(element, report);
    };

    /// <summary>A list in which nothing stands twice. <paramref name="identity"/> is what is compared; null for an item that has none.</summary>
    public static JsonCheck SetOf(JsonCheck item, int longest, Func<JsonField, string?> identity) => (field, report) =>
    {
        ListOf(item, longest)(field, report);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in field.Items())
        {
            if (identity(element) is { } name && !seen.Add(name)) report(element.Path, $"\"{JsonDescribe.Short(name)}\" stands twice");
        }
    };

    public static JsonCheck SetOf(JsonCheck item, int longest) => SetOf(item, longest, element => element.Value.AsText());

    /// <summary>An object whose member names are data.</summary>
    public static JsonCheck MapOf(string keyIs, Func<string, bool> key, JsonCheck value, int longest) => (field, report) =>
    {
        if (field.Value.ValueKind != JsonValueKind.Object)
        {
            report(field.Path, $"expected an object, found {field.Value.Describe()}");
            return;
        }

        if (field.Value.GetPropertyCount() > longest) report(field.Path, $"has {field.Value.GetPropertyCount()} entries, at most {longest} are allowed");
        foreach (var (name, member) in field.Members())
        {
            if (!key(name)) report(member.Path, $"\"{JsonDescribe.Short(name)}\" is no {keyIs}");
            value(member, report);
        }
    };

    /// <summary>As the API server counts: <c>5.0</c> is an integer to it as it is to JSON.</summary>
    public static bool TryInteger(JsonElement number, out long value)
    {
        if (number.TryGetInt64(out value)) return true;
        if (!number.TryGetDouble(out var rounded) || rounded != Math.Floor(rounded) || Math.Abs(rounded) > 1L << 53) return false;
        value = (long)rounded;
        return true;
    }

    /// <summary>Unicode characters, as the API server counts them, not UTF-16 units.</summary>
    private static int Length(string text) => text.EnumerateRunes().Count();
}
