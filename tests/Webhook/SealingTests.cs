using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;

namespace Coral.Webhook.Tests;

/// <summary>The process signs what it records, up to its end.</summary>
public sealed class SealingTests
{
    [Fact]
    public async Task Decisions_are_signed_when_the_process_has_ended()
    {
        var webhook = new RunningWebhook();
        await webhook.InitializeAsync();
        for (var i = 0; i < 5; i++) await webhook.ReviewAsync(RunningWebhook.Review(uid: $"sealed-{i}"));
        Assert.Contains("coral_audit_checkpoints_total 1\n", await webhook.PageAsync("/metrics"), StringComparison.Ordinal);
        ChainReport? report = null;
        await webhook.EndAsync(() =>
        {
            var check = new ChainCheck { Keys = [AuditKeyFile.Load(webhook.AuditKey).Current.Public], Place = CheckpointFolder.Read(webhook.CheckpointDir) };
            report = ChainSource.CheckSpool(webhook.Spool, check);
        });
        Assert.Empty(report!.Findings);
        Assert.Equal((7, 2, 6ul, 0), (report.Chains[0].Documents, report.Chains[0].Seal.Checkpoints, report.Chains[0].Seal.UpTo, report.Chains[0].Seal.Unprotected));
    }
}
