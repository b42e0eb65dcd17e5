using System.Text.Json;

namespace Coral.Kubernetes.Tests.Fakes;

/// <summary>The objects of one kind with their history, as etcd keeps them. Thread safe.</summary>
internal sealed class FakeStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, string> objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Line)> history = [];
    private long version = 100;
    private long oldest = 100;

    public event Action<string>? Happened;

    public long Version
    {
        get
        {
            lock (gate) return version;
        }
    }

    /// <summary>Each object's text under <c>NAMESPACE/NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> Objects
    {
        get
        {
            lock (gate) return objects.ToDictionary();
        }
    }

    public void Put(string name, string value = "x", bool tell = true)
    {
        lock (gate)
        {
            var type = objects.ContainsKey("ns/" + name) ? "MODIFIED" : "ADDED";
            objects["ns/" + name] = Text(name, value, ++version);
            Tell(type, objects["ns/" + name], tell);
        }
    }

    public void Delete(string name, bool tell = true)
    {
        lock (gate)
        {
            if (!objects.Remove("ns/" + name)) return;
            Tell("DELETED", Text(name, "gone", ++version), tell);
        }
    }

    /// <summary>Forgets the history, so that every older version is expired.</summary>
    public void Compact()
    {
        lock (gate)
        {
            // The newest state must stay watchable only for those who list again.
            oldest = ++version;
            history.Clear();
        }
    }

    /// <summary>The events after a version; null when it is expired.</summary>
    public IReadOnlyList<string>? Since(long from)
    {
        lock (gate) return from < oldest ? null : history.Where(entry => entry.Version > from).Select(entry => entry.Line).ToList();
    }

    public string Page(int limit, int skip, long at)
    {
        lock (gate)
        {
            var page = objects.Values.Skip(skip).Take(limit).ToList();
            var more = skip + page.Count < objects.Count ? $"\"continue\":\"{skip + page.Count}:{at}\"," : "";
            return $$$"""{"kind":"List","apiVersion":"v1","metadata":{{{{more}}}"resourceVersion":"{{{at}}}"},"items":[{{{string.Join(',', page)}}}]}""";
        }
    }

    public static string Event(string type, string text) => $$"""{"type":"{{type}}","object":{{text}}}""";

    public string Bookmark() =>
        Event("BOOKMARK", $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"{{{Version}}}"}}""");

    private static string Text(string name, string value, long version) =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"ns","resourceVersion":"{{{version}}}"},"value":{{{JsonSerializer.Serialize(value)}}}}""";

    private void Tell(string type, string text, bool tell)
    {
        var line = Event(type, text);
        history.Add((version, line));
        if (tell) Happened?.Invoke(line);
    }
}
