namespace Coral.NodeAgent.SystemFacts;

/// <summary>Files of /proc and /sys under a root that tests can choose. What is missing or must not be read is absent.</summary>
internal static class SystemFile
{
    /// <summary>The text without blanks around it; null when there is none.</summary>
    internal static string? Text(string root, string path)
    {
        try
        {
            var text = File.ReadAllText(Path.Join(root, path)).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static string[] Lines(string root, string path) => Text(root, path)?.Split('\n') ?? [];
}
