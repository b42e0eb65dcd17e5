using BenchmarkDotNet.Attributes;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Bench.Inputs;

namespace Coral.Bench;

/// <summary>Appending a decision to the spool: encoding, checksum and one write to the page cache, with the sync behind it.</summary>
public class AuditBenchmarks
{
    private TemporarySpool spool = null!;
    private DecisionEvent small = null!;
    private DecisionEvent replayable = null!;

    /// <summary>Opens a spool in a folder of its own.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        spool = TemporarySpool.Open();
        small = new DecisionEvent
        {
            Timestamp = TimeProvider.System.GetUtcNow(),
            Origin = new AuditOrigin { Service = "coral-bench", ClusterId = "bench" },
            DecisionId = "11111111-2222-3333-4444-555555555555",
            Uid = "11111111-2222-3333-4444-555555555555",
            Operation = "CREATE",
            Decision = "injected",
            Reason = "proved-minimal",
            Action = "sidecar-inject",
            Variant = "ebpf-minimal",
            Namespace = Scenes.Namespace,
        };
        replayable = small with { Request = System.Text.Encoding.UTF8.GetBytes("{\"pod\":" + Reviews.Pod(Reviews.Typical).GetRawText() + "}") };
    }

    /// <summary>Lets go of the folder.</summary>
    [GlobalCleanup]
    public async Task EndAsync() => await spool.DisposeAsync();

    /// <summary>A decision without its request.</summary>
    [Benchmark(Baseline = true)]
    public AuditReceipt Small() => spool.Spool.Append(small);

    /// <summary>A decision with the pod that it was made on.</summary>
    [Benchmark]
    public AuditReceipt WithRequest() => spool.Spool.Append(replayable);
}
