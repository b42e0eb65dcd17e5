using System.Text.Json;

namespace Coral.Policies.Bundles;

internal static class JsonDescribe
{
    /// <summary>What a value is, in the words of a message: <c>the string "yes"</c>, <c>a list</c>.</summary>
    public static string Describe(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the string \"{Short(value.GetString()!)}\"",
        JsonValueKind.Number => $"the number {Short(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>A text from the file as it may stand in a message of one line.</summary>
    public static string Short(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return clean.Length <= 80 ? clean : $"{clean[..79]}…";
    }
}
