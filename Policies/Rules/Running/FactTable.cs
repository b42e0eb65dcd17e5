using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>The facts of a session in the order in which they came, found by identity: along those of their type while all are few, by hash when they are many.</summary>
internal sealed class FactTable(int types)
{
    private const int Few = 64;
    private Fact[] items = new Fact[32];
    private Fact?[] newest = new Fact?[types];
    private Dictionary<object, Fact>? index;

    internal int Count { get; private set; }

    internal ReadOnlySpan<Fact> Items => items.AsSpan(0, Count);

    /// <summary>The facts of a type that no other derives from, in the order in which they came.</summary>
    internal TFact[] Of<TFact>(FactType type)
    {
        var first = type.Index < newest.Length ? newest[type.Index] : null;
        var count = 0;
        for (var fact = first; fact is not null; fact = fact.Older) count++;
        if (count == 0) return [];
        var found = new TFact[count];
        for (var fact = first; fact is not null; fact = fact.Older) found[--count] = (TFact)fact.Value!;
        return found;
    }

    /// <summary>The facts of a type and those that derive from it.</summary>
    internal List<TFact> Of<TFact>()
    {
        var found = new List<TFact>();
        foreach (var fact in Items)
        {
            if (fact.Value is TFact value) found.Add(value);
        }

        return found;
    }

    internal Fact? Find(FactType type, object value)
    {
        if (index is not null) return index.GetValueOrDefault(value);
        for (var fact = type.Index < newest.Length ? newest[type.Index] : null; fact is not null; fact = fact.Older)
        {
            if (ReferenceEquals(fact.Value, value) || FactIdentity.SameOfType(fact.Value!, value)) return fact;
        }

        return null;
    }

    internal void Add(Fact fact)
    {
        if (Count == items.Length) Array.Resize(ref items, 2 * Count);
        items[Count++] = fact;
        if (fact.Type.Index >= newest.Length) Array.Resize(ref newest, fact.Type.Index + 4);
        fact.Older = newest[fact.Type.Index];
        newest[fact.Type.Index] = fact;
        if (index is not null) index.Add(fact.Value!, fact);
        else if (Count > Few) index = Items.ToArray().ToDictionary(one => one.Value!, FactIdentity.Instance);
    }

    internal void Remove(Fact fact)
    {
        var at = Array.LastIndexOf(items, fact, Count - 1);
        Array.Copy(items, at + 1, items, at, Count - at - 1);
        items[--Count] = null!;
        ref var newer = ref newest[fact.Type.Index];
        if (ReferenceEquals(newer, fact))
        {
            newer = fact.Older;
        }
        else
        {
            var one = newer!;
            while (!ReferenceEquals(one.Older, fact)) one = one.Older!;
            one.Older = fact.Older;
        }

        index?.Remove(fact.Value!);
    }

    /// <summary>Empties it. What the list held stays in it until it is written over: facts are used anew, too.</summary>
    internal void Clear()
    {
        Array.Clear(newest);
        index = null;
        Count = 0;
    }

    /// <summary>Puts another object of the same type in a fact's place. It may be of another identity.</summary>
    internal void Replace(Fact fact, object value)
    {
        index?.Remove(fact.Value!);
        fact.Value = value;
        index?.Add(value, fact);
    }

    private sealed class FactIdentity : IEqualityComparer<object>
    {
        internal static readonly FactIdentity Instance = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y) || (x!.GetType() == y!.GetType() && SameOfType(x, y));

        public int GetHashCode(object obj) => obj is IIdentityProvider known ? known.GetIdentity().GetHashCode() : obj.GetHashCode();

        internal static bool SameOfType(object x, object y) =>
            x is IIdentityProvider known ? known.GetIdentity().Equals(((IIdentityProvider)y).GetIdentity()) : x.Equals(y);
    }
}
