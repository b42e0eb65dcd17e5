using System.Collections.Immutable;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.LocalApi;

/// <summary>The newest events, so many and no more, and how many there were of each type. Thread safe.</summary>
/// <param name="most">How many are kept.</param>
/// <param name="clock">Used by the thread that adds.</param>
internal sealed class RecentEvents(int most, BootClock clock) : ICollectorOutput
{
    private const int FirstRoom = 1024;

    private readonly Lock gate = new();
    private readonly ulong[] byType = new ulong[ApiEvent.Types.Length];
    private ApiEvent[] kept = new ApiEvent[Math.Min(most, FirstRoom)];
    private ulong total;

    /// <summary>Keeps an event, and lets go of the oldest when there is no room. Sums are no events: they are left.</summary>
    public void Take(AuditEvent e, ControlGroup? group)
    {
        if (ApiEvent.TypeOf(e) is not { } type) return;
        var boot = clock.Of(e.Timestamp);
        lock (gate)
        {
            if (total == (ulong)kept.Length && kept.Length < most) Array.Resize(ref kept, Math.Min(most, kept.Length * 2));
            kept[total % (ulong)kept.Length] = new ApiEvent(total, type, boot, e);
            byType[Array.IndexOf(ApiEvent.Types, type)]++;
            total++;
        }
    }

    /// <inheritdoc/>
    public void Flush() => clock.Adjust();

    /// <summary>Those that fit, the newest first, at most <see cref="EventQuery.Limit"/>; and how many fit in all.</summary>
    internal (ImmutableArray<ApiEvent> Events, int Fitting) Find(EventQuery query)
    {
        // Collectors are read one after the other: what came later may have happened earlier.
        var fitting = Newest().Where(query.Fits).OrderByDescending(e => e.Event.Timestamp).ToList();
        return ([.. fitting.Take(query.Limit)], fitting.Count);
    }

    internal EventCounts Counts(DateTimeOffset now)
    {
        var newest = Newest();
        lock (gate)
        {
            var types = ApiEvent.Types.Select((name, at) => KeyValuePair.Create(name, byType[at])).Where(pair => pair.Value > 0);
            return new EventCounts(total, newest.Count, newest.Count(e => e.Event.Timestamp > now - TimeSpan.FromHours(1)), newest.Count > 0 ? newest[0].Event.Timestamp : null, [.. types]);
        }
    }

    /// <summary>A copy, the newest first: who asks must not hold the collectors up.</summary>
    private List<ApiEvent> Newest()
    {
        lock (gate)
        {
            var room = (ulong)kept.Length;
            var events = new List<ApiEvent>((int)Math.Min(total, room));
            for (var at = total; at > 0 && total - at < room; at--) events.Add(kept[(at - 1) % room]);
            return events;
        }
    }
}

/// <summary>How many events there were.</summary>
/// <param name="Total">Since the start.</param>
/// <param name="Kept">That can still be asked for.</param>
/// <param name="LastHour">Of these, those of the last hour.</param>
/// <param name="Last">When the newest was; null when there was none.</param>
/// <param name="ByType">Since the start, of the types that there were.</param>
internal sealed record EventCounts(ulong Total, int Kept, int LastHour, DateTimeOffset? Last, ImmutableArray<KeyValuePair<string, ulong>> ByType);
