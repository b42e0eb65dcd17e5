using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;
using Coral.Testing.Pods;
using Xunit.Abstractions;

namespace Coral.EndToEnd.Real;

/// <summary>
/// Principle 1 through the real API server: a pod that is admitted without us is admitted with us. Each generated pod is created (dry run) in a
/// namespace without our label and in its twins that opted in, with every mode and mismatch, and with policies that grant every mode.
/// </summary>
[Collection("stage")]
public sealed class DoNoHarmTests(Stage stage, ITestOutputHelper output)
{
    private static readonly string[] Modes = ["auto", "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged"];
    private static readonly string[] Mismatches = ["downgrade", "skip"];
    private static readonly (string Name, string? Level, JsonObject? Room)[] Rooms =
    [
        ("unlabelled", null, null),
        ("privileged", "privileged", null),
        ("baseline", "baseline", null),
        ("restricted", "restricted", null),
        ("narrow", "privileged", LimitRange()),
        ("quota", "privileged", Quota()),
    ];

    /// <summary>`make soak` takes the full set.</summary>
    private static int PodCount => Environment.GetEnvironmentVariable("CORAL_SOAK") == "1" ? 5000 : 500;

    [KitFact]
    public async Task A_pod_that_is_admitted_without_us_is_admitted_with_us()
    {
        await stage.ReportAllAsync(minimal: true, full: true);
        (await stage.Api.Apply("/apis/coral.io/v1alpha1/injectionpolicies/grant-all", JsonNode.Parse("""
            {"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"grant-all"},
             "spec":{"match":{"namespaces":{"matchLabels":{"harm":"granted"}}},"modes":{"raise":["ebpf-minimal","ebpf-full","ebpf-privileged"]}}}
            """)!)).Expect();
        var twins = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var room in Rooms) twins[room.Name] = await RoomAsync(room.Name, room.Level, room.Room);
        await stage.VariantBecomesAsync("harm-privileged-ebpf-privileged-skip", "ebpf-privileged");

        var harmed = new ConcurrentBag<string>();
        var admitted = 0;
        var injected = 0;
        await Parallel.ForAsync(0, PodCount, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) =>
        {
            foreach (var (room, namespaces) in twins)
            {
                var without = await stage.Api.CreatePod($"harm-{room}-without", PodGenerator.GenerateNode(seed), dryRun: true);
                if (without.Status != 201) continue;
                foreach (var ns in namespaces)
                {
                    Interlocked.Increment(ref admitted);
                    var with = await stage.Api.CreatePod(ns, PodGenerator.GenerateNode(seed), dryRun: true);
                    if (with.Status != 201) harmed.Add($"seed {seed} in {ns}: {with.Status} {with.Message}");
                    else if (Stage.Sidecars(with.Body!) > Stage.Sidecars(without.Body!)) Interlocked.Increment(ref injected);
                }
            }
        });

        output.WriteLine($"{PodCount} pods, {admitted} admissions that must stay, {injected} of them with a sidecar, {harmed.Count} harmed");
        Assert.Empty(harmed.Take(10));
        // The test would show nothing if pods were refused or skipped for other reasons.
        Assert.InRange(injected, admitted / 3, admitted);
    }

    private async Task<List<string>> RoomAsync(string room, string? level, JsonObject? limits)
    {
        (string, string)[] labels = level is null ? [] : [("pod-security.kubernetes.io/enforce", level)];
        var namespaces = new List<string>();
        await stage.Api.CreateNamespace($"harm-{room}-without", labels);
        await LimitAsync($"harm-{room}-without", limits);
        foreach (var mode in Modes)
        {
            foreach (var mismatch in Mismatches)
            {
                var ns = $"harm-{room}-{mode}-{mismatch}";
                var granted = mismatch == "skip" ? "granted" : "no";
                await stage.Api.CreateNamespace(ns, [.. labels, ("coral.io/inject", "true"), ("harm", granted)]);
                (await stage.Api.Merge($"/api/v1/namespaces/{ns}", new JsonObject
                {
                    ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["coral.io/mode"] = mode, ["coral.io/on-mismatch"] = mismatch } },
                })).Expect();
                await LimitAsync(ns, limits);
                namespaces.Add(ns);
            }
        }

        return namespaces;
    }

    private async Task LimitAsync(string ns, JsonObject? limits)
    {
        if (limits is null) return;
        var plural = (string)limits["kind"]! == "LimitRange" ? "limitranges" : "resourcequotas";
        (await stage.Api.Create($"/api/v1/namespaces/{ns}/{plural}", limits.DeepClone())).Expect();
        if (plural == "resourcequotas")
            await Eventually.Async(async () => (await stage.Api.Get($"/api/v1/namespaces/{ns}/resourcequotas/room")).Body?["status"]?["hard"] is not null, TimeSpan.FromSeconds(30), "the quota is counted");
    }

    private static JsonObject LimitRange() => (JsonObject)JsonNode.Parse("""
        {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"room"},"spec":{"limits":[
          {"type":"Container","min":{"cpu":"10m"},"max":{"cpu":"2","memory":"400Mi"},"maxLimitRequestRatio":{"memory":"8"},"default":{"cpu":"100m","memory":"100Mi"},"defaultRequest":{"cpu":"50m","memory":"50Mi"}},
          {"type":"Pod","max":{"cpu":"3"}}]}}
        """)!;

    private static JsonObject Quota() => (JsonObject)JsonNode.Parse("""
        {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"room"},"spec":{"hard":{"requests.cpu":"600m","limits.memory":"1Gi","pods":"100"}}}
        """)!;
}
