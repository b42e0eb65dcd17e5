using System.Text.Json;

namespace Coral.Policies.Tests.Bundles;

/// <summary>Whether two JSON values say the same; numbers by their value as 64-bit floats, because kubectl rounds them.</summary>
internal static class SameJson
{
    public static void Assert(JsonElement expected, JsonElement actual, string path = "$")
    {
        Xunit.Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: expected {expected}, found {actual}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Xunit.Assert.Equal(expected.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), actual.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
                foreach (var member in expected.EnumerateObject()) Assert(member.Value, actual.GetProperty(member.Name), $"{path}.{member.Name}");
                break;
            case JsonValueKind.Array:
                Xunit.Assert.True(expected.GetArrayLength() == actual.GetArrayLength(), path);
                foreach (var (left, right) in expected.EnumerateArray().Zip(actual.EnumerateArray())) Assert(left, right, path + "[]");
                break;
            case JsonValueKind.Number:
                Xunit.Assert.True(expected.GetDouble().Equals(actual.GetDouble()), $"{path}: expected {expected}, found {actual}");
                break;
            default:
                Xunit.Assert.True(JsonElement.DeepEquals(expected, actual), $"{path}: expected {expected}, found {actual}");
                break;
        }
    }
}
