namespace Coral.Audit.Spool;

/// <summary>Proof that the spool took a document: its place, from which its id in the search server follows.</summary>
/// <param name="Writer">The spool's random number.</param>
/// <param name="Epoch">How often the spool was opened.</param>
/// <param name="Sequence">The document's number, counted from 1 without gaps over all epochs.</param>
public readonly record struct AuditReceipt(ulong Writer, uint Epoch, ulong Sequence)
{
    /// <summary>The document's <c>_id</c> and <c>event.id</c>. Allocates.</summary>
    public string Id => new DocumentId(Writer, Epoch, Sequence).ToString();
}
