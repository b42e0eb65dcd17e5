using System.Collections.Concurrent;
using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>Asks the API server about pods by dry-run creates in namespaces of one level and version each, and compares. Thread safe.</summary>
internal sealed class PodComparison(ApiClient api, string prefix)
{
    private readonly ConcurrentBag<(LevelVersion Asked, string Pod)> mismatches = [];
    private readonly CheckCoverage coverage = new();
    private int pods, allowed, refused, invalid;

    /// <summary>The pods that count: the API server takes them for valid.</summary>
    public int Pods => pods;

    public int Judged => allowed + refused;

    public Task CreateNamespaces(IEnumerable<LevelVersion> all) => Parallel.ForEachAsync(all, async (asked, _) => await api.CreateNamespace(
        NamespaceOf(asked), ("pod-security.kubernetes.io/enforce", asked.Level.ToText()), ("pod-security.kubernetes.io/enforce-version", asked.Version.ToString())));

    public Task Compare(IEnumerable<(string Pod, IEnumerable<LevelVersion> Asked)> cases) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (item, _) =>
        {
            var counts = false;
            foreach (var asked in item.Asked)
            {
                // Validation comes first and knows no levels: what it refuses once it refuses everywhere.
                if (!await Compare(asked, item.Pod)) break;
                counts = true;
            }

            Interlocked.Increment(ref counts ? ref pods : ref invalid);
        });

    /// <summary>Fails with the smallest pod that can be found, and what both sides say about it.</summary>
    public async Task AssertSame()
    {
        if (mismatches.IsEmpty) return;
        var (asked, pod) = mismatches.MinBy(mismatch => mismatch.Pod.Length);
        var smallest = await PodShrinker.Shrink(pod, async candidate => await Ask(asked, candidate) is { } theirs && theirs != Ours(asked, candidate).Answer);
        var (theirs, ours) = (await Ask(asked, smallest), Ours(asked, smallest).Answer);
        Assert.Fail($"{mismatches.Count} mismatches, the smallest:\ntheirs: {theirs}\nours:   {ours}\nat:     {asked}\npod:    {smallest}");
    }

    public void AssertCoverage()
    {
        Assert.True(allowed * 10 >= Judged, $"only {allowed} of {Judged} were allowed: the generator has drifted");
        Assert.True(coverage.Missing.Count == 0, $"not compared: {string.Join(", ", coverage.Missing)}");
    }

    public override string ToString() =>
        $"{pods} pods (and {invalid} invalid ones), {allowed} times allowed, {refused} times refused, {mismatches.Count} mismatches\n{coverage}";

    private async Task<bool> Compare(LevelVersion asked, string pod)
    {
        if (await Ask(asked, pod) is not { } theirs) return false;
        Interlocked.Increment(ref theirs.Allowed ? ref allowed : ref refused);
        var (view, ours) = Ours(asked, pod);
        coverage.Add(view, asked, PodSecurityEvaluator.Evaluate(view, asked.Level, asked.Version.Clamp(PluginAnswer.Server)));
        if (ours != theirs) mismatches.Add((asked, pod));
        return true;
    }

    private async Task<PluginAnswer?> Ask(LevelVersion asked, string pod)
    {
        var answer = await api.SendText(HttpMethod.Post, $"/api/v1/namespaces/{NamespaceOf(asked)}/pods?dryRun=All&fieldValidation=Ignore", pod);
        var theirs = PluginAnswer.Of(answer);
        return theirs is not null || answer.Status is 400 or 422 ? theirs : throw new InvalidOperationException($"{answer}\n{pod}");
    }

    private (PodView View, PluginAnswer Answer) Ours(LevelVersion asked, string pod)
    {
        var view = new PodView(JsonElement.Parse(pod));
        var levels = NamespaceLevels.Read(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["pod-security.kubernetes.io/enforce"] = asked.Level.ToText(),
                ["pod-security.kubernetes.io/enforce-version"] = asked.Version.ToString(),
            },
            PodSecurityDefaults.BuiltIn);
        var outcome = PodSecurityAdmission.Judge(new() { Namespace = NamespaceOf(asked), Object = view.Pod }, levels, PodSecurityDefaults.BuiltIn, PluginAnswer.Server);
        return (view, PluginAnswer.Of(outcome));
    }

    private string NamespaceOf(LevelVersion asked) => $"{prefix}-" + asked.ToString().Replace(':', '-').Replace('.', '-');
}
