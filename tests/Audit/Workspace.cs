using Coral.Audit.Spool;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests;

/// <summary>A folder for one test, with a clock that stands still and a writer whose number is known.</summary>
internal sealed class Workspace : IDisposable
{
    public const ulong Writer = 0x0123_4567_89ab_cdef;

    public string Spool { get; } = Directory.CreateTempSubdirectory("coral-audit-").FullName;

    public FakeTimeProvider Clock { get; } = new();

    public SpoolOptions Options => new() { Directory = Spool, NewWriter = NewWriter };

    /// <summary>The number of a spool that is made here; one of its own where a server outlives the test.</summary>
    public ulong NewWriter { get; init; } = Writer;

    public string OnlySegment => Assert.Single(Directory.GetFiles(Spool, "*.seg"));

    public string[] Segments => [.. Directory.GetFiles(Spool, "*.seg").Order(StringComparer.Ordinal)];

    public AuditSpool Open(Func<SpoolOptions, SpoolOptions>? change = null) =>
        AuditSpool.Open(change is null ? Options : change(Options), Clock, NullLogger.Instance);

    /// <summary>Writes that many documents and closes the spool.</summary>
    public async Task Fill(int count, Func<SpoolOptions, SpoolOptions>? change = null)
    {
        await using var spool = Open(change);
        for (var i = 1; i <= count; i++) spool.Append(Samples.Decision(i));
    }

    public List<SpoolFrame> Read(ulong after = 0) => [.. SpoolReader.Open(Spool).Forward(after)];

    public void Dispose() => Directory.Delete(Spool, recursive: true);
}

internal static class Wait
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    /// <summary>Waits in real time for something that happens on other threads.</summary>
    public static async Task Until(Func<bool> condition, string what, Func<string>? state = null, int patience = 1)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Generous * patience, $"waited in vain until {what}: {state?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
