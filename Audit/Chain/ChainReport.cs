using System.Collections.Immutable;

namespace Coral.Audit.Chain;

/// <summary>What is wrong at a place of a chain.</summary>
public enum ChainFault
{
    /// <summary>The document is not what was written.</summary>
    Edited,

    /// <summary>Documents before this one are not there.</summary>
    Missing,

    /// <summary>The document before it is not the one that it was written after.</summary>
    Unlinked,

    /// <summary>A later life of the writer went on from an earlier document: those in between stand beside the chain.</summary>
    Fork,

    /// <summary>A later life of the writer did not know what was before it.</summary>
    NewChain,

    /// <summary>The document has no link although an earlier one has.</summary>
    NotLinked,

    /// <summary>The document is there more than once.</summary>
    Doubled,

    /// <summary>The id is none of ours.</summary>
    Foreign,

    /// <summary>Documents are linked to each other but are not those that a checkpoint signed.</summary>
    Rewritten,

    /// <summary>A checkpoint that no key of the auditor's vouches for, or whose signature does not fit.</summary>
    Forged,

    /// <summary>A genuine checkpoint in a place that it was not signed for.</summary>
    Replayed,

    /// <summary>Two genuine checkpoints where one can be: after a power loss, or the key is in two hands.</summary>
    CheckpointFork,

    /// <summary>Checkpoints between this one and the one before are not there, or none was made in time.</summary>
    CheckpointMissing,

    /// <summary>The second place proves that there were more documents.</summary>
    Truncated,

    /// <summary>The writer promised another checkpoint and gave none.</summary>
    Silent,

    /// <summary>The auditor holds a key, and nothing of the writer is signed by any.</summary>
    Unsigned,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Fault">What.</param>
/// <param name="Id">The document's id, at or before which it is wrong.</param>
/// <param name="Sequence">Its number, 0 where the id is none of ours.</param>
/// <param name="Message">The same for people, in one line.</param>
public sealed record ChainFinding(ChainFault Fault, string Id, ulong Sequence, string Message);

/// <summary>How much of a chain checkpoints vouch for.</summary>
/// <param name="Checkpoints">How many were read.</param>
/// <param name="UpTo">The last document that a good one covers, 0 for none.</param>
/// <param name="Time">When that was signed.</param>
/// <param name="Key">The id of the key that signed, 64 hex digits.</param>
/// <param name="Unprotected">How many documents came since, checkpoints left out: whoever can write them all could have made them anew.</param>
/// <param name="Since">When the first of those happened, as it says.</param>
public sealed record ChainSeal(long Checkpoints, ulong UpTo, DateTimeOffset? Time, string? Key, long Unprotected, DateTimeOffset? Since);

/// <summary>One writer's chain, as far as it was read.</summary>
/// <param name="Writer">16 hex digits.</param>
/// <param name="Documents">How many were read.</param>
/// <param name="Proven">Of those, how many are what was written, in its place.</param>
/// <param name="Lesser">Of those, how many stand in a form without their request: their place is proven, their content is not.</param>
/// <param name="First">The first number; what was before it was not looked at.</param>
/// <param name="Last">The last number; whether there were later ones can't be told from the chain.</param>
/// <param name="FirstTime">When the first happened, as it says; null when it does not.</param>
/// <param name="LastTime">The same of the last.</param>
/// <param name="Hash">The last document's hash, 64 hex digits, or empty; kept elsewhere it proves later that nothing up to it was changed.</param>
/// <param name="Seal">What is signed of it.</param>
public sealed record ChainSummary(string Writer, long Documents, long Proven, long Lesser, ulong First, ulong Last, DateTimeOffset? FirstTime, DateTimeOffset? LastTime, string Hash, ChainSeal Seal);

/// <summary>What a check found.</summary>
/// <param name="Chains">Each writer's, in the order of the ids.</param>
/// <param name="Findings">What is wrong, in the order of the ids; the first says where it begins.</param>
/// <param name="MoreFindings">How many more there were than are kept.</param>
/// <param name="Notes">What an auditor has to know besides, one line each; nothing in it is wrong in itself.</param>
public sealed record ChainReport(ImmutableArray<ChainSummary> Chains, ImmutableArray<ChainFinding> Findings, long MoreFindings, ImmutableArray<string> Notes)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => Findings.IsEmpty;
}
