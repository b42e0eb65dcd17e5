namespace Coral.Audit.Search;

/// <summary>What a document's own hash says of it.</summary>
public enum AuditIntegrity
{
    /// <summary>It has no hash.</summary>
    Unknown,

    /// <summary>It is what was written, or carries that as text.</summary>
    AsWritten,

    /// <summary>The server took it only without its request, so the hash can't be made again.</summary>
    Lesser,

    /// <summary>It is something else than what was written.</summary>
    Edited,
}
