namespace Coral.Audit.Chain.Checkpoints;

/// <summary>What a second place has, for a check. Not thread safe.</summary>
/// <param name="name">What messages call it.</param>
public sealed class SecondPlace(string name)
{
    private readonly List<SignedCheckpoint> checkpoints = [];

    /// <summary>What messages call it.</summary>
    public string Name => name;

    /// <summary>All checkpoints in it, of any number of writers.</summary>
    public IReadOnlyList<SignedCheckpoint> Checkpoints => checkpoints;

    /// <summary>What in it is no checkpoint, one line each: a folder whose torn end was written on has such lines too.</summary>
    public List<string> Problems { get; } = [];

    internal void Add(string part, IEnumerable<SignedCheckpoint?> read)
    {
        var line = 0;
        foreach (var checkpoint in read)
        {
            line++;
            if (checkpoint is not null) checkpoints.Add(checkpoint);
            else Problems.Add($"{name}: {part}, line {line} is no checkpoint");
        }
    }
}
