using System.Collections.Immutable;
using Coral.Audit.Chain.Checkpoints;

namespace Coral.Audit.Chain;

/// <summary>
/// Which keys an auditor may trust: those at hand, and those that a checkpoint of two signatures ties to them, whichever is the older. Whoever signs with both keys has both, so trust goes both ways and counts for all writers. Not thread safe.
/// </summary>
internal sealed class KeyTrust
{
    private readonly HashSet<string> trusted;
    private readonly HashSet<(string Old, string New)> ties = [];

    public KeyTrust(ImmutableArray<AuditPublicKey> held)
    {
        trusted = [.. held.Select(key => key.Id)];
        IsChecked = trusted.Count > 0;
    }

    /// <summary>Whether the auditor holds any key. If not, none is trusted and none is doubted.</summary>
    public bool IsChecked { get; }

    public bool IsTrusted(string key) => trusted.Contains(key);

    /// <summary>A genuine checkpoint was seen; at a change of keys it ties two.</summary>
    public void Learn(SignedCheckpoint checkpoint)
    {
        if (checkpoint.OldKey is null || !ties.Add((checkpoint.OldKey.Id, checkpoint.Key.Id))) return;
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var (old, young) in ties)
                if (trusted.Contains(old) != trusted.Contains(young))
                    grew = trusted.Add(old) | trusted.Add(young);
        }
    }
}
