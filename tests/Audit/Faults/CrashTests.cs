using System.Diagnostics;
using System.Globalization;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Xunit.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>Kills with signal 9, at points that nobody chose, of a process that writes and ships.</summary>
public sealed class CrashTests(ITestOutputHelper log)
{
    /// <summary>How many kills.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("CORAL_KILLS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 100;

    private const int AtMost = 60;

    private enum When
    {
        Opening,
        Told,
        BeforeStoring,
        AfterStoring,
    }

    [Fact]
    public async Task Case_15_what_was_accepted_before_a_kill_at_any_point_is_delivered_once()
    {
        await using var scene = await ShippingScene.StartAsync();
        await scene.Spool.DisposeAsync();
        var random = new Random(15);
        var told = new List<string>();
        var slowest = TimeSpan.Zero;
        for (var kill = 0; kill < Kills; kill++)
        {
            if (random.Next(10) == 0) scene.Server.Rollover();
            slowest = new[] { slowest, await OneLifeAsync(scene, (When)random.Next(4), random.Next(2 * AtMost), told) }.Max();
        }

        scene.Server.Always = null;
        scene.Reopen();
        // Segments stay for a day, so the folder still tells all that was ever written.
        var written = SpoolReader.Open(scene.Folder).Forward().Select(frame => frame.Id).ToList();
        log.WriteLine($"{Kills} kills, {told.Count} told, {written.Count} written, {scene.Counts.Recovered} not shipped at the end, slowest start {slowest.TotalMilliseconds:0} ms");
        Assert.Empty(told.Except(written));
        // Of each thread the last document may have been written and not told.
        Assert.InRange(written.Count - told.Count, 0, 2 * Kills);
        scene.Accepted.AddRange(written);
        await scene.DrainAsync();
        Oracle.Check(scene);
    }

    /// <summary>Returns how long it took from the opening to the first document.</summary>
    private static async Task<TimeSpan> OneLifeAsync(ShippingScene scene, When when, int after, List<string> told)
    {
        using var child = Start(scene.Folder, scene.Server.Url);
        // There are six at least, because what is appended fills as many.
        var bulks = after / 20;
        scene.Server.Always = when < When.BeforeStoring ? null : (context, server, lines) =>
        {
            if (Interlocked.Decrement(ref bulks) >= 0) return Task.FromResult(false);
            if (when == When.AfterStoring) server.Store(lines);
            child.Kill();
            context.Abort();
            return Task.FromResult(true);
        };
        Assert.Equal(CrashedWriter.Opening, await child.StandardOutput.ReadLineAsync());
        var began = TimeProvider.System.GetTimestamp();
        var start = TimeSpan.Zero;
        if (when == When.Opening) child.Kill();
        var lines = 0;
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (start == TimeSpan.Zero) start = TimeProvider.System.GetElapsedTime(began);
            // The last one may be cut off.
            if (line.Length == DocumentId.TextBytes) told.Add(line);
            if (when == When.Told && lines++ == after) child.Kill();
        }

        await child.WaitForExitAsync();
        Assert.Equal(128 + 9, child.ExitCode);
        return start;
    }

    private static Process Start(string folder, Uri url)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in new[] { "exec", typeof(CrashedWriter).Assembly.Location, folder, url.ToString(), AtMost.ToString(CultureInfo.InvariantCulture) }) start.ArgumentList.Add(argument);
        // Short lives gain nothing from code that is made better later.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }
}
