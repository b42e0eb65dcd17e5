namespace Coral.Policies.Rules.Running;

/// <summary>Empty tables of sessions that ended, as many as threads may use at once. Thread safe.</summary>
internal sealed class TablePool(Network network)
{
    private readonly Tables?[] free = new Tables?[2 * Environment.ProcessorCount];

    internal Tables Take()
    {
        for (var i = 0; i < free.Length; i++)
        {
            if (free[i] is not null && Interlocked.Exchange(ref free[i], null) is { } tables) return tables;
        }

        return new Tables(network);
    }

    internal void Return(Tables tables)
    {
        if (!tables.Clear()) return;
        for (var i = 0; i < free.Length; i++)
        {
            if (free[i] is null && Interlocked.CompareExchange(ref free[i], tables, null) is null) return;
        }
    }
}
