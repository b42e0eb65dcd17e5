using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Shipping;

/// <summary>A spool, a fake server and a shipper between them, on the real clock with short pauses.</summary>
internal sealed class ShippingScene : IAsyncDisposable
{
    private readonly Workspace work = new();

    public required FakeElasticsearch Server { get; init; }

    public AuditSpool Spool { get; private set; } = null!;

    /// <summary>The shipper's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The spool's clock.</summary>
    public TimeProvider SpoolClock { get; init; } = TimeProvider.System;

    /// <summary>Which number the spool's writer has.</summary>
    public ulong Writer { get; init; } = Workspace.Writer;

    /// <summary>What is special about the spool.</summary>
    public Func<SpoolOptions, SpoolOptions> Special { get; init; } = options => options;

    /// <summary>The ids of all that was accepted, in all lives.</summary>
    public List<string> Accepted { get; } = [];

    public string Folder => work.Spool;

    /// <summary>What shippers say.</summary>
    public LogLines Log { get; } = new();

    public AuditCounts Counts => Spool.Metrics.Counts;

    public List<SpoolFrame> DeadLetters => Directory.Exists(Path.Combine(Folder, "deadletter")) ? [.. SpoolReader.Open(Path.Combine(Folder, "deadletter")).Forward()] : [];

    public static async Task<ShippingScene> StartAsync(TimeProvider? clock = null, Func<SpoolOptions, SpoolOptions>? special = null, TimeProvider? spoolClock = null)
    {
        var scene = new ShippingScene { Server = await FakeElasticsearch.StartAsync(), Clock = clock ?? TimeProvider.System, Special = special ?? (options => options), SpoolClock = spoolClock ?? TimeProvider.System };
        scene.Reopen();
        return scene;
    }

    /// <summary>A second spool that is shipped to the same server.</summary>
    public static ShippingScene Beside(ShippingScene first)
    {
        var scene = new ShippingScene { Server = first.Server, Writer = first.Writer + 1 };
        scene.Reopen();
        return scene;
    }

    /// <summary>A new life on the same folder.</summary>
    public void Reopen() => Spool = AuditSpool.Open(Special(work.Options with { HasShipper = true, NewWriter = Writer, Files = new Spool.CarelessDisk() }), SpoolClock, NullLogger.Instance);

    /// <summary>This life ends and the next begins.</summary>
    public async Task RestartAsync()
    {
        await Spool.DisposeAsync();
        Reopen();
    }

    public List<string> Append(int count, Func<int, Audit.Events.DecisionEvent>? make = null)
    {
        var ids = new List<string>(count);
        for (var i = 1; i <= count; i++) ids.Add(Spool.Append((make ?? (number => Samples.Decision(number)))(i)).Id);
        Accepted.AddRange(ids);
        return ids;
    }

    public AuditShipper Shipper(Func<ShipperOptions, ShipperOptions>? change = null, Uri? url = null)
    {
        var options = new ShipperOptions
        {
            Url = url ?? Server.Url,
            Linger = TimeSpan.FromMilliseconds(5),
            BackoffFirst = TimeSpan.FromMilliseconds(1),
            BackoffMax = TimeSpan.FromMilliseconds(20),
            RequestTimeout = TimeSpan.FromSeconds(10),
            QuietTime = TimeSpan.FromMilliseconds(1),
        };
        return new AuditShipper(Spool, change is null ? options : change(options), Clock, Log);
    }

    public async Task DrainAsync(Func<ShipperOptions, ShipperOptions>? change = null, Uri? url = null)
    {
        using var shipper = Shipper(change, url);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await shipper.DrainAsync(limit.Token);
        Assert.False(limit.IsCancellationRequested, $"not drained: {shipper.Status}");
    }

    /// <summary>Everything accepted was settled exactly once, and the counters say so.</summary>
    public void AssertIdentity()
    {
        var counts = Counts;
        Assert.Equal(0, counts.Pending);
        Assert.Equal(counts.Accepted, counts.Indexed + counts.Duplicate + counts.DeadLetter + counts.Expired + counts.Dropped + counts.Corrupt + counts.Pending);
        Assert.Equal(Spool.LastSequence, Spool.ShippedSequence);
        Assert.Equal(Server.Ids.Distinct(), Server.Ids);
    }

    public async ValueTask DisposeAsync()
    {
        await Spool.DisposeAsync();
        await Server.DisposeAsync();
        work.Dispose();
    }
}
