using System.Text;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>
/// The checkpoint that a new life of the writer goes on from: the last one in the spool or, when the spool let go of it, the one in the file <c>sealed</c>, which is written after each.
/// </summary>
internal static class LastCheckpoint
{
    private const string Name = "sealed";

    /// <summary>Null when there is none. Reads the spool backwards up to it: all of it where there is none.</summary>
    public static SignedCheckpoint? Find(string directory, ulong writer)
    {
        var noted = Read(Path.Combine(directory, Name));
        if (noted?.Statement.Writer != writer) noted = null;
        foreach (var frame in SpoolReader.Open(directory).Backward())
        {
            // A checkpoint stands after what it covers, so none before this one is younger.
            if (frame.Sequence <= noted?.Statement.Sequence) break;
            if (frame.Kinds.HasFlag(SpoolFrameKinds.Own) && CheckpointEvent.IsIn(frame.Document, out var found) && found is not null && found.Statement.Writer == writer) return Younger(noted, found);
        }

        return noted;
    }

    /// <summary>Returns when it is on the disk.</summary>
    public static void Write(string directory, SpoolFiles files, SignedCheckpoint checkpoint) => files.Replace(Path.Combine(directory, Name), CheckpointLines.Write([checkpoint]));

    private static SignedCheckpoint Younger(SignedCheckpoint? noted, SignedCheckpoint found) => noted is not null && noted.Statement.Sequence > found.Statement.Sequence ? noted : found;

    private static SignedCheckpoint? Read(string path) => File.Exists(path) ? CheckpointLines.Read(File.ReadAllText(path, Encoding.UTF8)).FirstOrDefault() : null;
}
