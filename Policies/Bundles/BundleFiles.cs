namespace Coral.Policies.Bundles;

/// <summary>Finds the files of a bundle.</summary>
internal static class BundleFiles
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>A file that is named itself, or what a folder holds without its cases, whose objects are invented.</summary>
    public static List<string> OfBundle(string path, List<BundleProblem> problems) =>
        Directory.Exists(path) ? Find(path, problems).FindAll(file => !IsCaseFile(file)) : [path];

    /// <summary>Whether the name is that of a case of <c>coral test</c>.</summary>
    public static bool IsCaseFile(string file) => Endings.Any(ending => file.EndsWith(".test" + ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>All files of a folder.</summary>
    public static List<string> Find(string path, List<BundleProblem> problems)
    {
        if (!Directory.Exists(path)) return [path];
        var files = new List<string>();
        Collect(path, [Final(new DirectoryInfo(path))], files, problems);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void Collect(string folder, List<string> above, List<string> files, List<BundleProblem> problems)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                // A mounted ConfigMap keeps its data in hidden folders and shows each file as a link: once is enough.
                if (entry.Name.StartsWith('.')) continue;
                var path = Path.Join(folder, entry.Name);
                if (!Directory.Exists(path))
                {
                    if (Endings.Contains(entry.Extension.ToLowerInvariant())) files.Add(path);
                    continue;
                }

                var final = Final(new DirectoryInfo(path));
                if (above.Contains(final)) problems.Add(new BundleProblem(path, 0, "", "is a link to a folder above it; remove it"));
                else Collect(path, [.. above, final], files, problems);
            }
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException)
        {
            problems.Add(new BundleProblem(folder, 0, "", $"the folder cannot be read: {JsonDescribe.Short(mistake.Message)}"));
        }
    }

    private static string Final(DirectoryInfo folder) => (folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName.TrimEnd(Path.DirectorySeparatorChar);
}
