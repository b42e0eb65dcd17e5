namespace Coral.Policies.Bundles;

/// <summary>
/// Reads policies and facts from a folder (every <c>*.yaml</c>, <c>*.yml</c> and <c>*.json</c> in it and below, in ordinal order of their paths; names that begin with
/// a dot are passed over, as in a mounted ConfigMap, and so are cases of <c>coral test</c>, <c>*.test.yaml</c>), from a file, or from standard input. Thread safe.
/// </summary>
public static class BundleReader
{
    /// <summary>Reads one folder, file or <c>-</c>.</summary>
    /// <exception cref="BundleException">With every mistake of every file: unreadable ones, syntax, unknown kinds, wrong fields, names that stand twice.</exception>
    public static Bundle Read(string path, OtherKinds others = OtherKinds.Keep) => Read([path], others);

    /// <summary>Reads several as one bundle: a name may stand in only one of them.</summary>
    /// <exception cref="BundleException">As above.</exception>
    public static Bundle Read(IEnumerable<string> paths, OtherKinds others = OtherKinds.Keep)
    {
        var problems = new List<BundleProblem>();
        var builder = new BundleBuilder(others, problems);
        foreach (var file in paths.SelectMany(path => BundleFiles.OfBundle(path, problems)))
        {
            try
            {
                using var stream = file == YamlDocuments.StandardInput ? Console.OpenStandardInput() : YamlDocuments.Open(file);
                foreach (var document in YamlDocuments.Read(stream, file, problems)) builder.Add(document);
            }
            catch (BundleException unreadable)
            {
                problems.AddRange(unreadable.Problems);
            }
            catch (IOException mistake)
            {
                problems.Add(new BundleProblem(file, 0, "", YamlDocuments.Unreadable(file, mistake)));
            }
        }

        return problems.Count == 0 ? builder.Build() : throw new BundleException([.. Ordered(problems)]);
    }

    /// <summary>The files that would be read, in that order, as far as the folder can be looked into.</summary>
    public static IReadOnlyList<string> Files(string path) => BundleFiles.OfBundle(path, []);

    /// <summary>In the order in which files were read, and by line within a file, so that they can be worked through from top to bottom.</summary>
    private static IEnumerable<BundleProblem> Ordered(List<BundleProblem> problems) =>
        problems.Distinct().GroupBy(problem => problem.File, StringComparer.Ordinal).SelectMany(file => file.OrderBy(problem => problem.Line));
}
