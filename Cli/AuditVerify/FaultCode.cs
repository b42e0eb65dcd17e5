using Coral.Audit.Chain;

namespace Coral.Cli.AuditVerify;

/// <summary>Findings as they stand in what is printed. The codes are stable.</summary>
internal static class FaultCode
{
    internal static string ToCode(this ChainFault fault) => fault switch
    {
        ChainFault.Edited => "edited",
        ChainFault.Missing => "missing",
        ChainFault.Unlinked => "unlinked",
        ChainFault.Fork => "fork",
        ChainFault.NewChain => "new-chain",
        ChainFault.NotLinked => "not-linked",
        ChainFault.Doubled => "doubled",
        ChainFault.Foreign => "foreign",
        ChainFault.Rewritten => "rewritten",
        ChainFault.Forged => "forged",
        ChainFault.Replayed => "replayed",
        ChainFault.CheckpointFork => "checkpoint-fork",
        ChainFault.CheckpointMissing => "checkpoint-missing",
        ChainFault.Truncated => "truncated",
        ChainFault.Silent => "silent",
        ChainFault.Unsigned => "unsigned",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
