using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Search;
using Coral.Policies;
using Coral.Testing;
using Coral.Testing.Pods;

namespace Coral.Webhook.Tests;

/// <summary>
/// What a rollout holds back is audited as it would have been: beside each webhook that holds back stands one that does not, and gets the same reviews.
/// </summary>
public sealed class RolloutAuditTests
{
    private const int Pods = 150;

    private static readonly string[] Namespaces = ["by-namespace", "by-policy"];

    [Theory]
    [InlineData("observe", Reasons.RolloutObserve)]
    [InlineData("annotate", Reasons.RolloutAnnotate)]
    public async Task What_was_held_back_has_its_decision_patch_hash_and_verdict_in_the_audit(string rollout, string reason)
    {
        var (held, carried) = (new RunningWebhook(Facts(rollout)), new RunningWebhook(Facts("inject")));
        await held.InitializeAsync();
        await carried.InitializeAsync();
        try
        {
            var patches = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
            foreach (var (id, ns, pod) in Generate())
            {
                var answer = await ResponseAsync(held, ns, pod, id);
                patches[id] = (await ResponseAsync(carried, ns, pod, id)).TryGetProperty("patch", out var patch) ? patch.GetBytesFromBase64() : null;
                Assert.True(answer.GetProperty("allowed").GetBoolean());
                Assert.Equal(rollout == "annotate" && patches[id] is not null, answer.TryGetProperty("patch", out _));
            }

            var expected = await DocumentsAsync(carried);
            var heldBack = 0;
            foreach (var (id, document) in await DocumentsAsync(held))
            {
                var (now, then) = (document.Get("coral"u8), expected[id].Get("coral"u8));
                var wouldBe = now.Get("injection"u8).Get("would_be"u8);
                if (patches[id] is not { } patch)
                {
                    Assert.Equal(JsonValueKind.Undefined, wouldBe.ValueKind);
                    continue;
                }

                heldBack++;
                Assert.Equal(("skipped", reason), (now.Get("admission"u8).Text("decision"u8), now.Get("injection"u8).Text("reason"u8)));
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(patch)), wouldBe.Text("patch_hash"u8));
                Assert.Equal(JsonNode.Parse(patch)!.AsArray().Count, wouldBe.GetProperty("patch_ops").GetInt32());
                Assert.Equal(then.Get("injection"u8).Text("reason"u8), wouldBe.Text("reason"u8));
                foreach (var member in new[] { "variant", "form", "policy", "template_hash", "floor" }) Assert.Equal(then.Get("injection"u8).Text(member), now.Get("injection"u8).Text(member));
                Assert.Equal(then.Get("pss"u8).GetRawText(), now.Get("pss"u8).GetRawText());
                Assert.True(now.Get("pss"u8).Get("after"u8).Has("allowed"u8));
            }

            Assert.InRange(heldBack, Pods / 4, Pods);
        }
        finally
        {
            await held.DisposeAsync();
            await carried.DisposeAsync();
        }
    }

    private static IEnumerable<(string Id, string Namespace, string Pod)> Generate() => Enumerable.Range(0, Pods).Select(seed =>
    {
        var ns = Namespaces[seed % Namespaces.Length];
        var pod = PodGenerator.GenerateNode(seed, new PodGeneratorOptions { UnknownFields = true });
        pod["metadata"]!["namespace"] = ns;
        return ($"00000000-0000-4000-8000-{seed:D12}", ns, pod.ToJsonString());
    });

    private static async Task<JsonElement> ResponseAsync(RunningWebhook webhook, string ns, string pod, string id) =>
        (await webhook.ReviewAsync(RunningWebhook.Review(ns, pod, id))).GetProperty("response");

    private static async Task<Dictionary<string, JsonElement>> DocumentsAsync(RunningWebhook webhook)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        await foreach (var record in new LocalSearch(webhook.Spool).FindAsync(new AuditQuery { Limit = int.MaxValue })) found.Add(record.DecisionId!, record.Document);
        Assert.Equal(Pods, found.Count);
        return found;
    }

    private static string Facts(string rollout) => """
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: by-namespace, labels: {coral.io/inject: "true", pod-security.kubernetes.io/enforce: privileged}, annotations: {coral.io/rollout: ROLLOUT} }
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: by-policy, labels: {coral.io/inject: "true", pod-security.kubernetes.io/enforce: baseline} }
        ---
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: trial}
        spec:
          priority: 5
          match: {namespaces: {names: [by-policy]}}
          rollout: ROLLOUT
          variants: {restricted: {image: "registry.example/agent:1", imagePullSecrets: [{name: pull}]}}
        ---
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: last}
        spec: {priority: 1, match: {namespaces: {names: [by-namespace]}}, shareProcessNamespace: true}
        ---

        """.Replace("ROLLOUT", rollout, StringComparison.Ordinal) + Sample("nodes.yaml") + "\n---\n" + Sample("nodecapabilities.yaml");

    private static string Sample(string name) => File.ReadAllText(Path.Combine(Repository.Root, "manifests", "samples", "standalone", name));
}
