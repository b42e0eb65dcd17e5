namespace Coral.Policies.Rules.Running;

/// <summary>A fact of a session, or a value that stands in a match like one (the result of a query, a <c>Let</c>).</summary>
internal sealed class Fact
{
    /// <summary>A field, because compiled conditions read it.</summary>
    internal object? Value;

    /// <summary>Which of the nodes of its type it meets; a field, because it is changed in place.</summary>
    internal BitSet Passed;

    /// <summary>When it came or was last updated, in changes of the session.</summary>
    internal long Stamp { get; set; }

    /// <summary>What asks for it; null for values.</summary>
    internal FactType Type { get; set; } = null!;

    /// <summary>The fact of its type that came before it.</summary>
    internal Fact? Older { get; set; }

    /// <summary>What makes two values the same one; null for facts, which are what they are.</summary>
    internal object? Key { get; set; }

    /// <summary>How many facts a value is made of; 1 for a fact.</summary>
    internal int Count { get; set; } = 1;

    /// <summary>The match that holds it, under which key, and the next fact that the match holds.</summary>
    internal Match? Holder { get; set; }

    internal object? LinkKey { get; set; }

    internal Fact? NextLinked { get; set; }

    /// <summary>Withdrawn, perhaps before rules saw it.</summary>
    internal bool Gone { get; set; }

    /// <summary>Whether both stand for the same in a match.</summary>
    internal bool IsSame(Fact other) => ReferenceEquals(this, other) || (Key is not null && Key.Equals(other.Key));

    internal void Reset()
    {
        Value = Key = LinkKey = null;
        Older = NextLinked = null;
        Holder = null;
        Passed = default;
        Stamp = 0;
        Count = 1;
        Gone = false;
    }
}
