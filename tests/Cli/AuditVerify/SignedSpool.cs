using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Tests.AuditVerify;

/// <summary>A spool that a process wrote and signed, with its key's file and its second place.</summary>
internal sealed class SignedSpool : IDisposable
{
    private readonly Folder folder = new();

    internal string Spool => Path.Combine(folder.Path, "spool");

    internal string Key => Path.Combine(folder.Path, "audit.key");

    internal string Checkpoints => Path.Combine(folder.Path, "checkpoints");

    internal string Public => Path.Combine(folder.Path, "audit.pub");

    internal FakeTimeProvider Clock { get; } = new();

    /// <summary>A life: the first checkpoint, documents, and the last checkpoint unless it is killed before.</summary>
    internal async Task LiveAsync(int documents, bool killed = false)
    {
        var options = new CheckpointOptions { Places = [new CheckpointFolder(Checkpoints)] };
        await using (var spool = AuditSpool.Open(new SpoolOptions { Directory = Spool }, Clock, NullLogger.Instance))
        {
            var checkpointer = new AuditCheckpointer(spool, new AuditOrigin { Service = "coral-webhook" }, AuditKeyFile.Open(Key, NullLogger.Instance).CurrentAsync, options, Clock, NullLogger.Instance);
            using var stop = new CancellationTokenSource();
            var running = checkpointer.RunAsync(stop.Token);
            while (checkpointer.Counts.Written == 0) await Task.Yield();
            for (var i = 1; i <= documents; i++) spool.Append(ChainedSpool.Decision(i));
            await stop.CancelAsync();
            await running;
        }

        if (killed) CutLast();
        var shown = await Coral.Run("audit", "key", "show", Key);
        Assert.Equal(0, shown.Code);
        await File.WriteAllTextAsync(Public, shown.Out);
    }

    internal Task<Run> VerifyAsync(params string[] more) => Coral.RunAt(Clock, null, "", ["audit", "verify", "--spool", Spool, .. more]);

    /// <summary>Takes the last document off, as a kill before it was written does, or somebody who does not like it.</summary>
    internal void CutLast()
    {
        var segment = Directory.GetFiles(Spool, "*.seg").Order(StringComparer.Ordinal).Last();
        var bytes = File.ReadAllBytes(segment);
        // A frame ends with its length.
        File.WriteAllBytes(segment, bytes[..^BitConverter.ToInt32(bytes.AsSpan(bytes.Length - 4))]);
    }

    public void Dispose() => folder.Dispose();
}
