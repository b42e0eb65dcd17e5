using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;
using Coral.Testing.Pods;
using Xunit.Abstractions;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>
/// The evaluator against the API server's own plug-in, by dry-run creates: same verdict, and where refused the same words.
/// <c>CORAL_FULL=5000</c> asks for so many pods, each at every level and version; the usual run takes one pair for each pod.
/// </summary>
[Collection(RealCollection.Name)]
public sealed class DifferentialTests(RealCluster cluster, ITestOutputHelper output)
{
    private const string Prefix = "pod-security.kubernetes.io/enforce";

    /// <summary>Both sides of every behaviour point, and versions that the server does not know.</summary>
    private static readonly string[] Versions =
    [
        "latest", "v1.0", "v1.7", "v1.8", "v1.18", "v1.19", "v1.21", "v1.22", "v1.23", "v1.24", "v1.25", "v1.26", "v1.27", "v1.28", "v1.29", "v1.30", "v1.31", "v1.32",
        "v1.33", "v1.34", "v1.35", "v1.36", "v1.37", "v1.99",
    ];

    private static readonly string[] Ids =
    [
        "appArmorProfile", "capabilities_baseline", "hostNamespaces", "hostPathVolumes", "hostPorts", "hostProbesAndHostLifecycle", "privileged", "procMount", "seLinuxOptions",
        "seccompProfile_baseline", "sysctls", "windowsHostProcess", "allowPrivilegeEscalation", "capabilities_restricted", "procMount_restricted", "restrictedVolumes",
        "runAsNonRoot", "runAsUser", "seccompProfile_restricted",
    ];

    private static readonly LevelVersion[] All =
        [.. from level in new[] { Level.Baseline, Level.Restricted } from version in Versions select new LevelVersion(level, Version(version)), new(Level.Privileged, default)];

    /// <summary>The kit's API server; its checks end at its own minor.</summary>
    private static readonly KubernetesVersion Server = new(1, 36);

    private static readonly int? Full = int.TryParse(Environment.GetEnvironmentVariable("CORAL_FULL"), NumberStyles.None, CultureInfo.InvariantCulture, out var pods) ? pods : null;

    [KitFact]
    public async Task The_verdict_and_the_words_are_those_of_the_api_server()
    {
        const string test = "dice";
        await CreateNamespacesAsync(test);
        var options = new PodGeneratorOptions { UnknownFields = true };
        var cases = Enumerable.Range(1, Full ?? 3300).SelectMany(seed => Full is not null ? All.Select(asked => (seed, asked)) : [(seed, All[new Random(seed).Next(All.Length)])]);
        await CompareAsync(test, cases.Select(item => (item.asked, PodGenerator.GenerateNode(item.seed, options).ToJsonString())), (Full * All.Length ?? 3300) * 9 / 10, everyCheck: true);
    }

    [KitFact]
    public async Task Pods_made_to_meet_one_check_get_the_words_of_the_api_server()
    {
        const string test = "edge";
        await CreateNamespacesAsync(test);
        await CompareAsync(test, from pod in EdgePods.Mixed() from asked in All select (asked, pod), 600, everyCheck: false);
        await CompareAsync(test, from pod in EdgePods.AppArmor() select (new LevelVersion(Level.Baseline, default), pod), 50, everyCheck: false);
    }

    private static string NamespaceOf(string test, LevelVersion asked) => $"{test}-" + asked.ToString().Replace(':', '-').Replace('.', '-');

    private static PolicyVersion Version(string text) => PolicyVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);

    private Task CreateNamespacesAsync(string test) => Parallel.ForEachAsync(All, async (asked, _) =>
        await cluster.Api.CreateNamespace(NamespaceOf(test, asked), (Prefix, asked.Level.ToText()), (Prefix + "-version", asked.Version.ToString())));

    private async Task CompareAsync(string test, IEnumerable<(LevelVersion Asked, string Pod)> cases, int atLeast, bool everyCheck)
    {
        var mismatches = new ConcurrentBag<string>();
        var reached = new ConcurrentDictionary<string, int>(Ids.Select(id => KeyValuePair.Create(id, 0)));
        int allowed = 0, refused = 0, invalid = 0;
        var started = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (item, _) =>
        {
            var answer = await cluster.Api.SendText(HttpMethod.Post, $"/api/v1/namespaces/{NamespaceOf(test, item.Asked)}/pods?dryRun=All", item.Pod);
            var message = answer.Message ?? "";
            var start = message.IndexOf("violates PodSecurity", StringComparison.Ordinal);
            if (!answer.Ok && start < 0)
            {
                Interlocked.Increment(ref invalid);
                if (answer.Status is not (422 or 400)) mismatches.Add($"{answer}\n{item.Pod}");
                return;
            }

            Interlocked.Increment(ref start < 0 ? ref allowed : ref refused);
            var verdict = PodSecurityEvaluator.Evaluate(new PodView(JsonElement.Parse(item.Pod)), item.Asked.Level, item.Asked.Version.Clamp(Server));
            foreach (var violation in verdict.Violations) reached.AddOrUpdate(violation.Check, 1, (_, count) => count + 1);
            var theirs = start < 0 ? "" : message[start..];
            var ours = verdict.ForbiddenText(item.Asked);
            if (ours != theirs) mismatches.Add($"theirs: {theirs}\nours:   {ours}\nat:     {item.Asked}\npod:    {item.Pod}");
        });
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{allowed} allowed, {refused} refused, {invalid} invalid, {mismatches.Count} mismatches in {seconds:F1} s"));
        output.WriteLine(string.Join(", ", reached.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key} {item.Value}")));
        var smallest = mismatches.OrderBy(text => text.Length).FirstOrDefault();
        Assert.True(smallest is null, $"{mismatches.Count} mismatches, the smallest:\n{smallest}");
        Assert.True(allowed + refused >= atLeast, $"only {allowed + refused} pods were judged, {invalid} were invalid");
        Assert.True(allowed * 10 >= allowed + refused, $"only {allowed} pods were allowed: the generator has drifted");
        if (everyCheck) Assert.DoesNotContain(reached, item => item.Value < 5);
    }
}
