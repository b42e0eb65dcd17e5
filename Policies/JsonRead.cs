using System.Text;
using System.Text.Json;

namespace Coral.Policies;

/// <summary>
/// Reads raw API objects without ever throwing: a member of another kind than expected counts as absent, as a decoder that drops it would see it.
/// </summary>
public static class JsonRead
{
    /// <summary>The member, or <c>default</c> (kind Undefined) when this is no object or lacks it.</summary>
    public static JsonElement Get(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && TryGet(element, name, out var value) ? value : default;

    /// <inheritdoc cref="Get(JsonElement, ReadOnlySpan{byte})"/>
    public static JsonElement Get(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return default;
        try
        {
            return element.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            return element.Get(Encoding.UTF8.GetBytes(name).AsSpan());
        }
    }

    /// <summary>The text of a string member, or null.</summary>
    public static string? Text(this JsonElement element, ReadOnlySpan<byte> name) => element.Get(name).AsText();

    /// <inheritdoc cref="Text(JsonElement, ReadOnlySpan{byte})"/>
    public static string? Text(this JsonElement element, string name) => element.Get(name).AsText();

    /// <summary>The text of this string, or null when it is none.</summary>
    public static string? AsText(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair (\ud800): JSON, but no text.
            return null;
        }
    }

    /// <summary>True only for the literal <c>true</c>.</summary>
    public static bool IsTrue(this JsonElement element, ReadOnlySpan<byte> name) => element.Get(name).ValueKind == JsonValueKind.True;

    /// <summary>True only for the literal <c>false</c>.</summary>
    public static bool IsFalse(this JsonElement element, ReadOnlySpan<byte> name) => element.Get(name).ValueKind == JsonValueKind.False;

    /// <summary>Whether the member is there and not null.</summary>
    public static bool Has(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.Get(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The items of an array member; none when it is absent or something else.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.Get(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
    }

    /// <summary>The members of an object member; none when it is absent or something else.</summary>
    public static JsonElement.ObjectEnumerator Members(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.Get(name);
        return value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;
    }

    private static bool TryGet(JsonElement element, ReadOnlySpan<byte> name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Some name of the object holds half of a surrogate pair: look past it.
            foreach (var member in element.EnumerateObject())
            {
                if (!Matches(member, name)) continue;
                value = member.Value;
                return true;
            }

            value = default;
            return false;
        }
    }

    private static bool Matches(JsonProperty member, ReadOnlySpan<byte> name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
