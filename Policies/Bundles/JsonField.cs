using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>A mistake inside one object.</summary>
internal sealed record Mistake(string Path, string Message);

/// <summary>A value and the place where it stands. Null counts as absent, as the API server prunes it.</summary>
internal readonly record struct JsonField(JsonElement Value, string Path)
{
    public bool IsAbsent => Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    public JsonField Member(string name) => new(Value.Get(name), JsonPath.Member(Path, name));

    public JsonField Item(int index) => new(Value[index], JsonPath.Item(Path, index));

    /// <summary>The items of a list; none of anything else.</summary>
    public IEnumerable<JsonField> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array) yield break;
        var length = Value.GetArrayLength();
        for (var i = 0; i < length; i++) yield return Item(i);
    }

    /// <summary>The members of an object; none of anything else.</summary>
    public IEnumerable<(string Name, JsonField Field)> Members()
    {
        if (Value.ValueKind != JsonValueKind.Object) yield break;
        foreach (var member in Value.EnumerateObject()) yield return (member.Name, new JsonField(member.Value, JsonPath.Member(Path, member.Name)));
    }
}
