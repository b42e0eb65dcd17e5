using System.Text;

namespace Coral.Audit.Spool;

/// <summary>The id of a "cluster" that has no API server to give it one: a UUID that lives as long as the spool's folder.</summary>
internal static class ClusterIdFile
{
    public static string ReadOrCreate(string directory, SpoolFiles files)
    {
        var path = Path.Combine(directory, "cluster-id");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path).AsSpan().Trim(), out var known)) return known.ToString();
        var id = Guid.NewGuid().ToString();
        files.Replace(path, Encoding.ASCII.GetBytes(id + "\n"));
        return id;
    }
}
