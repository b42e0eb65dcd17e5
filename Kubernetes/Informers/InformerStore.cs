using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>The objects that an informer holds, with the version of each. Written by one loop, read by anybody.</summary>
internal sealed class InformerStore(Func<JsonElement, JsonElement>? trim)
{
    private readonly Dictionary<NamespacedName, string> versions = [];
    private ImmutableDictionary<NamespacedName, JsonElement> items = ImmutableDictionary<NamespacedName, JsonElement>.Empty;

    public ImmutableDictionary<NamespacedName, JsonElement> Items => Volatile.Read(ref items);

    /// <summary>Takes a whole list, given page by page; what is not in it is gone. True when anything differs.</summary>
    public bool Replace(IReadOnlyList<JsonElement> pages)
    {
        var before = items;
        var next = ImmutableDictionary.CreateBuilder<NamespacedName, JsonElement>();
        var changed = false;
        var nextVersions = new Dictionary<NamespacedName, string>();
        foreach (var page in pages)
        {
            if (page.Field("items"u8) is not { ValueKind: JsonValueKind.Array } list) continue;
            foreach (var item in list.EnumerateArray())
            {
                var name = NamespacedName.Of(item);
                var version = item.MetadataText("resourceVersion"u8) ?? "";
                nextVersions[name] = version;
                if (IsSame(name, version))
                {
                    next[name] = before[name];
                    continue;
                }

                changed = true;

                // A copy of its own: an element of the page would keep the whole page alive.
                next[name] = Trimmed(JsonElement.Parse(JsonMarshal.GetRawUtf8Value(item)));
            }
        }

        changed |= next.Count != before.Count;
        versions.Clear();
        foreach (var (name, version) in nextVersions) versions[name] = version;
        if (changed) Volatile.Write(ref items, next.ToImmutable());
        return changed;
    }

    /// <summary>Takes one event. True when anything differs: the same event twice changes nothing.</summary>
    public bool Apply(WatchEvent change)
    {
        var name = NamespacedName.Of(change.Object);
        if (change.Type == WatchEventType.Deleted)
        {
            versions.Remove(name);
            if (!items.ContainsKey(name)) return false;
            Volatile.Write(ref items, items.Remove(name));
            return true;
        }

        var version = change.Object.MetadataText("resourceVersion"u8) ?? "";
        if (IsSame(name, version)) return false;
        Volatile.Write(ref items, items.SetItem(name, Trimmed(change.Object)));
        versions[name] = version;
        return true;
    }

    public bool Clear()
    {
        versions.Clear();
        if (items.IsEmpty) return false;
        Volatile.Write(ref items, ImmutableDictionary<NamespacedName, JsonElement>.Empty);
        return true;
    }

    private bool IsSame(NamespacedName name, string version) => version.Length > 0 && versions.TryGetValue(name, out var held) && held == version;

    private JsonElement Trimmed(JsonElement item) => trim is null ? item : trim(item);
}
