using System.Runtime.InteropServices;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>Objects by name, each with what was read of it. One that stands in the same memory as before is not read again.</summary>
internal sealed class ObjectFollower<T>(Func<JsonElement, T?> read)
    where T : class
{
    private readonly Dictionary<string, Entry> known = new(StringComparer.Ordinal);
    private long round;

    /// <summary>How many objects were read so far.</summary>
    public long Read { get; private set; }

    public T? Find(string name) => known.GetValueOrDefault(name)?.Value;

    /// <summary>Takes over one object; one that is Undefined is gone.</summary>
    public void Set(string name, JsonElement raw, HashSet<string> touched)
    {
        if (raw.ValueKind != JsonValueKind.Undefined) Take(name, raw, touched);
        else if (known.Remove(name)) touched.Add(name);
    }

    /// <summary>Takes over the objects of now, and notes the names of those that came, changed or went.</summary>
    public void Update(IEnumerable<KeyValuePair<string, JsonElement>> items, HashSet<string> touched)
    {
        round++;
        var seen = 0;
        foreach (var (name, raw) in items)
        {
            var entry = Take(name, raw, touched);
            if (entry.Round != round) seen++;
            entry.Round = round;
        }

        if (seen == known.Count) return;
        foreach (var name in known.Where(entry => entry.Value.Round != round).Select(entry => entry.Key).ToList())
        {
            known.Remove(name);
            touched.Add(name);
        }
    }

    private Entry Take(string name, JsonElement raw, HashSet<string> touched)
    {
        if (!known.TryGetValue(name, out var entry)) known[name] = entry = new Entry();
        if (IsSame(entry.Raw, raw)) return entry;
        (entry.Raw, entry.Value) = (raw, read(raw));
        Read++;
        touched.Add(name);
        return entry;
    }

    // The bytes of the old one are still held, so that nothing else can have come to stand there.
    private static bool IsSame(JsonElement old, JsonElement now) =>
        old.ValueKind != JsonValueKind.Undefined && JsonMarshal.GetRawUtf8Value(old) == JsonMarshal.GetRawUtf8Value(now);

    private sealed class Entry
    {
        public JsonElement Raw { get; set; }

        public T? Value { get; set; }

        public long Round { get; set; }
    }
}
