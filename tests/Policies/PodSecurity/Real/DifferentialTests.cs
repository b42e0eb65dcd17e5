using System.Globalization;
using Coral.Policies.PodSecurity;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;
using Coral.Testing.Pods;
using Xunit.Abstractions;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>
/// Pods against the API server's own plug-in: same verdict, and where refused the same words. <c>CORAL_FULL=N</c> asks for N valid pods, each at every level and version
/// (<c>make soak</c> has 5 000); the usual run takes a sample with one level and version for each pod. Pods made for corners get all of them in both.
/// </summary>
[Collection(RealCollection.Name)]
public sealed class DifferentialTests(RealCluster cluster, ITestOutputHelper output)
{
    private const int Sample = 3300;

    /// <summary>Both sides of every behaviour point, and versions that the server does not know.</summary>
    private static readonly string[] Versions =
    [
        "latest", "v1.0", "v1.7", "v1.8", "v1.18", "v1.19", "v1.21", "v1.22", "v1.23", "v1.24", "v1.25", "v1.26", "v1.27", "v1.28", "v1.29", "v1.30", "v1.31", "v1.32",
        "v1.33", "v1.34", "v1.35", "v1.36", "v1.37", "v1.99",
    ];

    private static readonly LevelVersion[] All =
    [
        .. from level in new[] { Level.Baseline, Level.Restricted } from version in Versions select new LevelVersion(level, Pods.Version(version)),
        new(Level.Privileged, default),
    ];

    private static readonly int? Full =
        int.TryParse(Environment.GetEnvironmentVariable("CORAL_FULL"), NumberStyles.None, CultureInfo.InvariantCulture, out var pods) ? pods
        : Environment.GetEnvironmentVariable("CORAL_SOAK") == "1" ? 5000 : null;

    [KitFact]
    public async Task The_verdict_and_the_words_are_those_of_the_api_server()
    {
        var started = TimeProvider.System.GetTimestamp();
        var comparison = new PodComparison(cluster.Api, "dice");
        await comparison.CreateNamespaces(All);
        await comparison.Compare(EdgePods.Mixed().Select(pod => (pod, Everywhere)));
        await comparison.Compare(EdgePods.AppArmor().Select(pod => (pod, (IEnumerable<LevelVersion>)[new(Level.Baseline, default)])));
        var edges = comparison.Pods;
        if (Full is { } wanted)
        {
            for (var seed = 1; comparison.Pods - edges < wanted; seed += 500) await comparison.Compare(Seeds(seed, 500).Select(one => (Generate(one), Everywhere)));
        }
        else
        {
            await comparison.Compare(Seeds(1, Sample).Select(seed => (Generate(seed), Somewhere(seed))));
            Assert.True(comparison.Pods > Sample * 9 / 10, $"{comparison}");
        }

        output.WriteLine($"{comparison}\n{edges} pods for corners among them; {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");
        await comparison.AssertSame();
        comparison.AssertCoverage();
    }

    private static IEnumerable<LevelVersion> Everywhere => All;

    private static IEnumerable<LevelVersion> Somewhere(int seed) => [All[new Random(seed).Next(All.Length)]];

    private static IEnumerable<int> Seeds(int first, int count) => Enumerable.Range(first, count);

    private static string Generate(int seed) => PodGenerator.GenerateNode(seed, new() { UnknownFields = true }).ToJsonString();
}
