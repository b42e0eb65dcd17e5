using Coral.Cli.Inputs;
using Coral.Policies;

namespace Coral.Cli.Pss;

/// <summary>Counts the objects that run no pods.</summary>
internal sealed class OtherKinds
{
    /// <summary>More kinds than any cluster's manifests have: a stream of made-up ones takes no more memory.</summary>
    private const int MostKinds = 200;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private long rest;

    /// <summary>One line a kind, in the order in which they came.</summary>
    internal IEnumerable<string> Lines
    {
        get
        {
            foreach (var (name, count) in counts) yield return Line(count, count == 1 ? name : Plural(name));
            if (rest > 0) yield return Line(rest, rest == 1 ? "object of another kind" : "objects of other kinds");
        }
    }

    internal void Add(in ObjectHead item)
    {
        // A Job of another group would read as if Jobs were not judged.
        var name = WorkloadTemplate.PathOf(item.Kind) is null ? item.Kind : $"{item.ApiVersion} {item.Kind}";
        if (name.Length > 100) name = name[..100];
        if (counts.TryGetValue(name, out var count) || counts.Count < MostKinds) counts[name] = count + 1;
        else rest++;
    }

    private static string Line(long count, string name) => Output.Tables.Clean($"{count} {name} {(count == 1 ? "is" : "are")} not judged: no pod comes of {(count == 1 ? "it" : "them")}");

    private static string Plural(string kind) => kind switch
    {
        [.., 's', 's'] or [.., 'x'] or [.., 'c', 'h'] or [.., 's', 'h'] => kind + "es",
        [.., 's'] => kind,
        [.., not ('a' or 'e' or 'i' or 'o' or 'u'), 'y'] => kind[..^1] + "ies",
        _ => kind + "s",
    };
}
