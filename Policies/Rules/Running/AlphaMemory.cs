namespace Coral.Policies.Rules.Running;

/// <summary>The facts of a session that meet an alpha node's conditions, in the order in which they came. The first one costs no allocation.</summary>
internal struct AlphaMemory
{
    private Fact? first;
    private Fact[]? more;

    internal int Count { get; private set; }

    internal readonly Fact this[int index] => index == 0 ? first! : more![index - 1];

    internal void Add(Fact fact)
    {
        if (Count == 0)
        {
            first = fact;
        }
        else
        {
            if (more is null) more = new Fact[4];
            else if (more.Length == Count - 1) Array.Resize(ref more, 2 * more.Length);
            more[Count - 1] = fact;
        }

        Count++;
    }

    internal void Remove(Fact fact)
    {
        if (ReferenceEquals(first, fact))
        {
            first = Count > 1 ? more![0] : null;
            if (Count > 1) Close(0);
        }
        else
        {
            Close(Array.IndexOf(more!, fact, 0, Count - 1));
        }

        Count--;
    }

    private readonly void Close(int gap)
    {
        Array.Copy(more!, gap + 1, more!, gap, Count - 2 - gap);
        more![Count - 2] = null!;
    }
}
