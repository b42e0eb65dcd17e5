using System.Security.Cryptography;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>
/// Checks that documents are what was written, each in its place and none missing in between. They are added in the order of their ids, of any number of writers; memory does not grow with their number.
/// A document that was taken from the end can't be told from one that never was, but by a second place for checkpoints, or by a copy of <see cref="ChainSummary.Hash"/> kept elsewhere. Not thread safe.
/// </summary>
public sealed class ChainVerifier : IDisposable
{
    private const int MostFindings = 1000;

    private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ChainFinding> findings = [];
    private readonly List<WriterChain> finished = [];
    private readonly ChainCheck check;
    private readonly KeyTrust trust;
    private readonly PlaceIndex? place;
    private WriterChain? chain;
    private long more;

    /// <summary>Checks by links, and checkpoints by what they say themselves.</summary>
    public ChainVerifier()
        : this(new ChainCheck())
    {
    }

    /// <summary>Checks by what an auditor holds.</summary>
    public ChainVerifier(ChainCheck check)
    {
        this.check = check;
        trust = new KeyTrust(check.Keys);
        place = check.Place is { } given ? new PlaceIndex(given, trust) : null;
    }

    /// <summary>What was found, as if there were no more documents.</summary>
    public ChainReport Report
    {
        get
        {
            IReadOnlyList<WriterChain> all = chain is null ? finished : [.. finished, chain];
            var unknown = place?.Writers.Except(all.Select(known => known.Writer)).ToList() ?? [];
            // Which keys count is only known now, and by then other findings were made.
            var found = findings.Concat(place?.Findings ?? []).Concat(all.SelectMany(known => known.Finish())).Concat(check.ExpectsAllWriters ? unknown.Select(Gone) : [])
                .OrderBy(finding => finding.Id, StringComparer.Ordinal).ToList();
            var notes = check.Place?.Problems.ToList() ?? [];
            if (!check.ExpectsAllWriters && unknown.Count > 0) notes.Add($"{place!.Name} has checkpoints of {unknown.Count} writers of whom no document is here, such as {unknown[0]:x16}");
            return new ChainReport([.. all.Select(known => known.Summary)], [.. found.Take(MostFindings)], more + Math.Max(0, found.Count - MostFindings), [.. notes]);
        }
    }

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
            if (chain is not null)
            {
                chain.Close();
                finished.Add(chain);
            }

            chain = new WriterChain(parsed.Writer, check, trust, place);
        }

        foreach (var finding in chain.Add(id, parsed, LinkedDocument.Read(id, document, sha), DocumentTime.Read(document.Span))) Find(finding);
    }

    /// <inheritdoc/>
    public void Dispose() => sha.Dispose();

    private ChainFinding Gone(ulong writer)
    {
        var last = place!.Of(writer).Values.SelectMany(same => same).MaxBy(known => (known.Statement.Epoch, known.Statement.Sequence))!.Statement;
        return place.Finding(ChainFault.Truncated, last, $"is of {Checkpoint.Stamp(last.Time)}, but no document of the writer is here");
    }

    private void Find(ChainFinding finding)
    {
        if (findings.Count < MostFindings) findings.Add(finding);
        else more++;
    }
}
