using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.LocalApi;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Coral.NodeAgent.Tests.LocalApi;

public sealed class RecentEventsTests
{
    private const int Room = 1500;

    private static readonly string[] Commands = ["curl", "nginx"];

    [Fact]
    public void The_newest_are_kept_and_found_as_a_list_would_find_them()
    {
        var property = Prop.ForAll(
            Gen.Choose(0, 2 * Room).ToArbitrary(),
            Gen.Choose(1, 200).ToArbitrary(),
            Gen.Elements(Commands).ToArbitrary(),
            (number, limit, command) =>
            {
                var events = new RecentEvents(Room, new BootClock(TimeProvider.System));
                var all = Enumerable.Range(0, number).Select(at => Events.Connection(Events.Noon.AddMilliseconds(Shuffled(at)), pid: at + 1, command: Commands[at % 2])).ToList();
                foreach (var e in all) events.Take(e, null);
                var query = new EventQuery { Limit = limit, Command = command, Since = Events.Noon.AddMilliseconds(100), Until = Events.Noon.AddMilliseconds(2500) };
                var expected = all.TakeLast(Room).Where(e => e.Process!.Name == command && e.Timestamp >= query.Since && e.Timestamp < query.Until).OrderByDescending(e => e.Timestamp).ToList();
                var (found, fitting) = events.Find(query);
                var counts = events.Counts(Events.Noon);
                Assert.Equal(expected.Count, fitting);
                Assert.Equal(expected.Take(limit).Select(e => e.Process!.Pid), found.Select(e => e.Process!.Pid));
                Assert.Equal(((ulong)number, Math.Min(number, Room)), (counts.Total, counts.Kept));
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), property);
    }

    [Fact]
    public void Sums_are_no_events()
    {
        var events = new RecentEvents(10, new BootClock(TimeProvider.System));
        events.Take(Events.Sums(), null);
        Assert.Equal(0UL, events.Counts(Events.Noon).Total);
    }

    [Fact]
    public void Counts_of_each_type_go_on_when_events_are_let_go()
    {
        var events = new RecentEvents(2, new BootClock(TimeProvider.System));
        for (var at = 0; at < 3; at++) events.Take(Events.Connection(), null);
        events.Take(Events.Exec("ls"), null);
        events.Take(Events.Http("/"), null);
        var counts = events.Counts(Events.Noon.AddMinutes(1));
        Assert.Equal(["connection=3", "exec=1", "http=1"], counts.ByType.Select(type => $"{type.Key}={type.Value}"));
        Assert.Equal((5UL, 2, 2, Events.Noon), (counts.Total, counts.Kept, counts.LastHour, counts.Last));
        Assert.Equal(0, events.Counts(Events.Noon.AddHours(2)).LastHour);
    }

    [Theory]
    [InlineData("since=1703764800&until=2023-12-28T13:00:00Z&limit=1")]
    [InlineData("since=2023-12-28T13:00:00+01:00")]
    [InlineData("since=2023-12-28T12:00:00.0000000Z")]
    public void Times_may_be_written_as_people_do(string text)
    {
        var (query, problems) = Read(text);
        Assert.Empty(problems);
        Assert.Equal(Events.Noon, query.Since);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var (_, problems) = Read("type=conection&pid=0&limit=20000&since=yesterday&until=99999999999999&colour=red&node=a&node=b");
        Assert.Equal(
            [
                "there is no parameter colour; there are type, node, pid, command, since, until, limit",
                "node is there 2 times; it must be there once",
                "pid is \"0\"; it must be the number of a process",
                "since is \"yesterday\"; it must be a time such as 2026-01-31T12:00:00Z, or seconds since 1970",
                "until is \"99999999999999\"; it must be a time such as 2026-01-31T12:00:00Z, or seconds since 1970",
                "limit is \"20000\"; it must be a number from 1 to 10000",
                "type is \"conection\"; there are connection, accept, close, retransmit, fork, exec, exit, http",
            ],
            problems.AsEnumerable());
        Assert.Equal(["since is after until"], Read("since=20&until=10").Problems.AsEnumerable());
    }

    private static int Shuffled(int at) => at % 7 == 0 ? at - 3 : at;

    private static (EventQuery Query, System.Collections.Immutable.ImmutableArray<string> Problems) Read(string text) =>
        EventQuery.Read(new QueryCollection(text.Split('&').Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0]).ToDictionary(pairs => pairs.Key, pairs => new StringValues([.. pairs.Select(pair => pair[1])]))));
}
