using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Reading;

/// <summary>A file with cases.</summary>
/// <param name="Path">As the user named it, or the folder in which it was found.</param>
/// <param name="Shown">From that folder on.</param>
internal sealed record CaseFile(string Path, string Shown)
{
    /// <summary>The files that are named, and all <c>*.test.yaml</c> (<c>.yml</c>, <c>.json</c>) under the folders that are named; each once.</summary>
    internal static List<CaseFile> Find(IReadOnlyList<string> paths, Problems problems)
    {
        var files = new List<CaseFile>();
        foreach (var path in paths)
        {
            var mistakes = new List<BundleProblem>();
            var found = !Directory.Exists(path) ? [new CaseFile(path, path)]
                : BundleFiles.Find(path, mistakes).Where(BundleFiles.IsCaseFile).Select(file => new CaseFile(file, Under(path, file))).ToList();
            foreach (var mistake in mistakes) problems.Add(mistake.ToString());
            if (found.Count == 0 && mistakes.Count == 0) problems.Add($"{path}: no case file in it; their names end in .test.yaml");
            files.AddRange(found);
        }

        return [.. files.DistinctBy(file => System.IO.Path.GetFullPath(file.Path), StringComparer.Ordinal)];
    }

    /// <summary>A path as it is from a folder on.</summary>
    internal static string Under(string folder, string file) => System.IO.Path.GetRelativePath(folder, file);
}
