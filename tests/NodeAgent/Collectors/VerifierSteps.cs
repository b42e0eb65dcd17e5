using System.Globalization;
using System.Text;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors;

/// <summary>
/// How many steps the verifier took for each program of the collectors on each kernel (tests/NodeAgent/Golden/verifier.txt), with a rate set. A fifth more is a change to look at: a verifier gives
/// up after a million, and each kernel's takes another way. With <c>UPDATE_GOLDEN=1</c> what was found is recorded instead.
/// </summary>
internal static class VerifierSteps
{
    private const string Program = "program";

    private static readonly string File = Path.Join(Repository.Root, "tests", "NodeAgent", "Golden", "verifier.txt");
    private static readonly Lock Gate = new();

    /// <summary>Compares with what was recorded; of a kernel without a record with the most of all others.</summary>
    /// <param name="kernel">Such as <c>6.12</c>.</param>
    /// <param name="found">The steps of programs, by <c>COLLECTOR/PROGRAM</c>.</param>
    internal static void Check(string kernel, IReadOnlyDictionary<string, uint> found)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") Record(kernel, found);
        var recorded = Read();
        Assert.Empty(found.Keys.Except(recorded.Keys));
        var grown = found.Where(program => program.Value > Limit(recorded[program.Key], kernel)).Select(program => $"{program.Key}: {program.Value}, at most {Limit(recorded[program.Key], kernel)}");
        Assert.True(!grown.Any(), $"on {kernel}: {string.Join("; ", grown)}");
    }

    private static uint Limit(SortedDictionary<string, uint> kernels, string kernel) => (kernels.TryGetValue(kernel, out var steps) ? steps : kernels.Values.Max()) * 6 / 5;

    private static void Record(string kernel, IReadOnlyDictionary<string, uint> found)
    {
        lock (Gate)
        {
            var all = Read();
            foreach (var (program, steps) in found)
            {
                if (!all.TryGetValue(program, out var kernels)) all[program] = kernels = new(StringComparer.Ordinal);
                kernels[kernel] = steps;
            }

            var names = all.Values.SelectMany(kernels => kernels.Keys).Distinct().OrderBy(Version.Parse).ToList();
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"{Program,-24}{string.Concat(names.Select(name => $"{name,8}"))}");
            foreach (var (program, kernels) in all)
                text.AppendLine(CultureInfo.InvariantCulture, $"{program,-24}{string.Concat(names.Select(name => $"{(kernels.TryGetValue(name, out var steps) ? steps : "-"),8}"))}");
            System.IO.File.WriteAllText(File, text.ToString());
        }
    }

    private static SortedDictionary<string, SortedDictionary<string, uint>> Read()
    {
        var all = new SortedDictionary<string, SortedDictionary<string, uint>>(StringComparer.Ordinal);
        if (!System.IO.File.Exists(File)) return all;
        var lines = System.IO.File.ReadAllLines(File).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        foreach (var words in lines.Skip(1))
        {
            var kernels = lines[0].Zip(words).Skip(1).Where(cell => cell.Second != "-").ToDictionary(cell => cell.First, cell => uint.Parse(cell.Second, CultureInfo.InvariantCulture), StringComparer.Ordinal);
            all[words[0]] = new(kernels, StringComparer.Ordinal);
        }

        return all;
    }
}
