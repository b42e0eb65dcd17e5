using System.Globalization;
using Coral.NodeAgent.Collectors.Groups;
using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Groups;

public sealed class ControlGroupTableTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("coral-groups").FullName;
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Folders_that_are_there_are_found_by_their_inodes()
    {
        Directory.CreateDirectory(Path.Join(root, "a/b"));
        var table = Table(0);

        Assert.Equal("/a/b", table.Find(await Inode("a/b"))?.Path);
        Assert.Equal("/", table.Find(await Inode(""))?.Path);
    }

    [Fact]
    public async Task An_unknown_number_makes_it_look_again_once_a_second()
    {
        var table = Table(0);
        Assert.Null(table.Find(1));
        Directory.CreateDirectory(Path.Join(root, "late"));
        var id = await Inode("late");

        Assert.Null(table.Find(id));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("/late", table.Find(id)?.Path);
    }

    [Fact]
    public void What_the_kernel_tells_is_known_at_once_and_stays_a_minute_after_it_is_gone()
    {
        var table = Table(4);
        table.Made(4, Hierarchy.V1 | 7, "/kubepods/x");
        table.Made(5, Hierarchy.V1 | 8, "/another/hierarchy");
        table.Removed(4, Hierarchy.V1 | 7);

        time.Advance(TimeSpan.FromSeconds(60));
        table.Made(4, Hierarchy.V1 | 9, "/new");
        Assert.Equal("/kubepods/x", table.Find(Hierarchy.V1 | 7)?.Path);
        Assert.Null(table.Find(Hierarchy.V1 | 8));

        time.Advance(TimeSpan.FromSeconds(1));
        table.Made(4, Hierarchy.V1 | 10, "/newer");
        Assert.Null(table.Find(Hierarchy.V1 | 7));
    }

    [Fact]
    public void Of_v1_one_hierarchy_is_looked_at_where_none_is_mounted_the_first_that_a_process_is_found_in()
    {
        var (mounted, unmounted) = (Table(4), Table(0));
        foreach (var table in new[] { mounted, unmounted })
        {
            table.Stands(0, 1_000_000_007, "/unified");
            table.Stands(4, Hierarchy.V1 | 7, "/memory");
            table.Stands(8, Hierarchy.V1 | 7, "/pids");
            table.Made(8, Hierarchy.V1 | 9, "/pids/later");
            table.Made(4, Hierarchy.V1 | 8, "/memory/later");
        }

        Assert.Equal(["/memory", "/memory/later", null], Paths(mounted));
        Assert.Equal(["/unified", "/memory", "/memory/later", null], Paths(unmounted).Prepend(unmounted.Find(1_000_000_007)?.Path));

        static IEnumerable<string?> Paths(ControlGroupTable table) => new ulong[] { 7, 8, 9 }.Select(number => table.Find(Hierarchy.V1 | number)?.Path);
    }

    [Fact]
    public void One_that_is_gone_is_handed_on_a_second_later_and_again_when_it_is_forgotten()
    {
        var table = Table(0);
        table.Made(0, 1_000_000_007, "/x");
        table.Removed(0, 1_000_000_007);
        // Such as one that was made before the table was there, in a hierarchy that is looked at and in another.
        table.Removed(0, 1_000_000_008);
        table.Removed(5, 1_000_000_009);

        Assert.Empty(table.TakeGone());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1_000_000_007UL, 1_000_000_008UL], table.TakeGone().Order());
        Assert.Empty(table.TakeGone());
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal([1_000_000_007UL, 1_000_000_008UL], table.TakeGone().Order());
        Assert.Null(table.Find(1_000_000_007));
    }

    [Fact]
    public async Task Where_nothing_tells_a_folder_that_is_not_there_any_more_is_gone()
    {
        Directory.CreateDirectory(Path.Join(root, "a/b"));
        var (stays, goes) = (await Inode("a"), await Inode("a/b"));
        var table = Table(0);
        table.Scan();
        Directory.Delete(Path.Join(root, "a/b"));

        time.Advance(TimeSpan.FromSeconds(1));
        table.ScanForGone();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([goes], table.TakeGone());
        Assert.Equal("/a", table.Find(stays)?.Path);
    }

    [Fact]
    public void It_holds_so_many_and_counts_the_rest()
    {
        var table = Table(0);
        for (var id = 0UL; id < 20_000; id++) table.Made(0, 1_000_000_000 + id, "/x");

        Assert.Equal((16_384, 20_000UL - 16_384), (table.Count, table.Refused));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private ControlGroupTable Table(int number) => new([new Hierarchy(root, number)], time);

    private async Task<ulong> Inode(string path) => ulong.Parse((await Command.Run("stat", ["-c", "%i", Path.Join(root, path)])).Output, CultureInfo.InvariantCulture);
}
