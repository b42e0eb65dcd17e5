using System.Collections.Immutable;

namespace Coral.Audit.Shipping;

/// <summary>The nodes of one search cluster, in turn. One that failed rests, longer each time; when all rest, the one that has rested most is next. Thread safe.</summary>
internal sealed class NodePool(ImmutableArray<Uri> nodes, TimeProvider time)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly (DateTimeOffset Until, int Failures)[] rests = new (DateTimeOffset, int)[nodes.Length];
    private int turn = -1;

    public int Count => nodes.Length;

    /// <summary>Whether one is not resting.</summary>
    public bool HasRested
    {
        get
        {
            lock (gate) return Array.Exists(rests, rest => rest.Until <= time.GetUtcNow());
        }
    }

    public int Next()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            for (var i = 0; i < nodes.Length; i++)
            {
                turn = (turn + 1) % nodes.Length;
                if (rests[turn].Until <= now) return turn;
            }

            turn = Array.IndexOf(rests, rests.MinBy(rest => rest.Until));
            return turn;
        }
    }

    public Uri this[int node] => nodes[node];

    public void Failed(int node)
    {
        lock (gate)
        {
            var rest = FirstRest * Math.Pow(2, Math.Min(rests[node].Failures, 10));
            rests[node] = (time.GetUtcNow() + (rest < LongestRest ? rest : LongestRest), rests[node].Failures + 1);
        }
    }

    public void Answered(int node)
    {
        lock (gate) rests[node] = default;
    }
}
