using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain;

/// <summary>What a second place has of each writer, as far as the signatures fit.</summary>
internal sealed class PlaceIndex
{
    private static readonly IReadOnlyDictionary<ulong, List<SignedCheckpoint>> Nothing = new Dictionary<ulong, List<SignedCheckpoint>>();

    private readonly Dictionary<ulong, Dictionary<ulong, List<SignedCheckpoint>>> writers = [];

    public PlaceIndex(SecondPlace place, KeyTrust trust)
    {
        Name = place.Name;
        foreach (var checkpoint in place.Checkpoints)
        {
            var statement = checkpoint.Statement;
            if (!checkpoint.IsGenuine)
            {
                Findings.Add(Finding(ChainFault.Forged, statement, "has a signature that does not fit what it says"));
                continue;
            }

            trust.Learn(checkpoint);
            if (!writers.TryGetValue(statement.Writer, out var sequences)) writers[statement.Writer] = sequences = [];
            if (!sequences.TryGetValue(statement.Sequence, out var same)) sequences[statement.Sequence] = same = [];
            // A try that was repeated left it twice.
            if (same.Any(known => known.Statement == statement)) continue;
            if (same.Any(known => known.Statement.Epoch == statement.Epoch)) Findings.Add(Finding(ChainFault.CheckpointFork, statement, "stands beside another one of the same document"));
            same.Add(checkpoint);
        }
    }

    public string Name { get; }

    public List<ChainFinding> Findings { get; } = [];

    public IEnumerable<ulong> Writers => writers.Keys.Order();

    /// <summary>The writer's checkpoints by the number of the document that they cover.</summary>
    public IReadOnlyDictionary<ulong, List<SignedCheckpoint>> Of(ulong writer) => writers.TryGetValue(writer, out var found) ? found : Nothing;

    public ChainFinding Finding(ChainFault fault, Checkpoint statement, string what)
    {
        var id = new DocumentId(statement.Writer, statement.Epoch, statement.Sequence).ToString();
        return new ChainFinding(fault, id, statement.Sequence, $"writer {statement.Writer:x16}, life {statement.Epoch}, document {statement.Sequence} ({id}): its checkpoint in {Name} {what}");
    }
}
