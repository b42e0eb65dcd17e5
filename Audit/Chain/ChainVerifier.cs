using System.Collections.Immutable;
using System.Security.Cryptography;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>
/// Checks that documents are what was written, each in its place and none missing in between. They are added in the order of their ids, of any number of writers; memory does not grow with their number.
/// A document that was taken from the end can't be told from one that never was: compare <see cref="ChainSummary.Hash"/> with a copy kept elsewhere. Not thread safe.
/// </summary>
public sealed class ChainVerifier : IDisposable
{
    private const int MostFindings = 1000;

    private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ImmutableArray<ChainFinding>.Builder findings = ImmutableArray.CreateBuilder<ChainFinding>();
    private readonly ImmutableArray<ChainSummary>.Builder chains = ImmutableArray.CreateBuilder<ChainSummary>();
    private WriterChain? chain;
    private long more;

    /// <summary>What was found up to now.</summary>
    public ChainReport Report => new(chain is null ? chains.ToImmutable() : [.. chains, chain.Summary], findings.ToImmutable(), more);

    /// <summary>Checks the next document.</summary>
    /// <param name="id">Its <c>_id</c>, or the id of its frame.</param>
    /// <param name="document">Its bytes as they are stored.</param>
    public void Add(string id, ReadOnlyMemory<byte> document)
    {
        if (DocumentId.Parse(id) is not { } parsed)
        {
            Find(new ChainFinding(ChainFault.Foreign, id, 0, $"{id}: no id of an audit document"));
            return;
        }

        if (chain?.Writer != parsed.Writer)
        {
            if (chain is not null) chains.Add(chain.Summary);
            chain = new WriterChain(parsed.Writer);
        }

        foreach (var finding in chain.Add(id, parsed, LinkedDocument.Read(id, document, sha), DocumentTime.Read(document.Span))) Find(finding);
    }

    /// <inheritdoc/>
    public void Dispose() => sha.Dispose();

    private void Find(ChainFinding finding)
    {
        if (findings.Count < MostFindings) findings.Add(finding);
        else more++;
    }
}
