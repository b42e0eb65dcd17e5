using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>Takes <c>kind: List</c>, and lists of one kind as the API server answers them (<c>PodList</c>), apart.</summary>
internal static class KindLists
{
    public static IEnumerable<ManifestDocument> Flatten(JsonElement root, string file, LineMap lines, List<BundleProblem> problems)
    {
        var kind = root.Text("kind"u8);
        if (kind is null || !kind.EndsWith("List", StringComparison.Ordinal) || root.Get("items"u8) is not { ValueKind: JsonValueKind.Array } items)
        {
            yield return new ManifestDocument(root, file, lines);
            yield break;
        }

        var index = 0;
        foreach (var (item, itemLines) in items.EnumerateArray().Zip(lines.Parts(root, items)))
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new BundleProblem(file, itemLines.LineOf(item, ""), JsonPath.Item("items", index), $"expected an object, found {item.Describe()}"));
            }
            else if (kind.Length > "List".Length && !item.Has("kind"u8))
            {
                yield return new ManifestDocument(WithKind(item, root.Text("apiVersion"u8) ?? "", kind[..^4]), file, itemLines.WithAdded(2));
            }
            else
            {
                foreach (var inner in Flatten(item, file, itemLines, problems)) yield return inner;
            }

            index++;
        }
    }

    /// <summary>The API server leaves both names out of the items of a list of one kind. The rest of the text stays as it is, newlines too.</summary>
    private static JsonElement WithKind(JsonElement item, string apiVersion, string kind)
    {
        var own = JsonMarshal.GetRawUtf8Value(item);
        var head = $"{{\"apiVersion\":{Quote(apiVersion)},\"kind\":{Quote(kind)}{(item.EnumerateObject().Any() ? "," : "")}";
        return JsonElement.Parse([.. Encoding.UTF8.GetBytes(head), .. own[1..]], JsonLimits.Lenient);
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
