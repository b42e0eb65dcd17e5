using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>Signed checkpoints in a cluster: one key for all replicas in a Secret, the second place in Leases, the rights of manifests/webhook, and the lines of docs/operations/verify.md.</summary>
public sealed class AuditKeyTests(AuditCluster kit) : IClassFixture<AuditCluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [KitFact]
    public async Task One_key_for_all_replicas_a_Lease_for_each_and_no_more_rights_than_the_manifest_gives()
    {
        var options = new WebhookOptions { Kubeconfig = await kit.ConfigOf("coral-webhook"), Register = "service", OwnAuditKey = false };
        await Without_the_rights_there_is_one_warning(options);
        await kit.Cluster.Kubectl("apply", "-f", AuditCluster.Manifest);
        await kit.Cluster.Kubectl("create", "rolebinding", "auditor", "-n", AuditCluster.Namespace, "--role=coral-auditor", $"--serviceaccount={AuditCluster.Namespace}:auditor");
        await kit.RightsAsync("coral-webhook", ["create secrets", "get secrets/coral-audit-key", "get leases", "create leases", "patch leases"], ["list secrets", "patch secrets/coral-audit-key", "delete leases", "update leases"]);
        await kit.RightsAsync("auditor", ["list leases"], ["get secrets/coral-audit-key", "patch leases"]);

        await Two_processes_that_start_together_end_up_with_one_key(options);
        var first = options with { DataFolder = kit.PathOf("replica-0") };
        await Another_life_keeps_what_the_Lease_has_and_touches_no_other_field(first);
        await kit.BashAsync(AuditCluster.Line("jsonpath={.data.audit\\.pub}"));
        File.Copy(kit.PathOf("audit.pub"), kit.PathOf("before.pub"));
        await A_rotation_needs_no_restart(first);
        await An_end_that_was_cut_off_is_found(first);
        await Without_a_right_for_Leases_there_is_one_warning(first);
    }

    private static async Task Without_the_rights_there_is_one_warning(WebhookOptions options)
    {
        await using var webhook = await WebhookProcess.Start(options);
        await Eventually.Async(() => Task.FromResult(Warnings(webhook).Count > 0), Patience, "it is said that nothing is signed");
        Assert.Contains("ready\n", await webhook.Page("/readyz"), StringComparison.Ordinal);
        await webhook.Stop();
        Assert.Matches(
            "audit key, Secret coral-system/coral-audit-key: secrets \"coral-audit-key\" is forbidden: .*; until it can be read nothing is signed, and admission goes on; kubectl apply -f manifests/webhook/audit.yaml gives the rights",
            Assert.Single(Warnings(webhook)));
    }

    private async Task Two_processes_that_start_together_end_up_with_one_key(WebhookOptions options)
    {
        var replicas = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => WebhookProcess.Start(options with { DataFolder = kit.PathOf($"replica-{i}") })));
        foreach (var replica in replicas)
        {
            Assert.Equal(0, await replica.Stop());
            Assert.Empty(Warnings(replica));
            await replica.DisposeAsync();
        }

        Assert.Single(replicas, replica => replica.Output.Contains("made the audit key, Secret coral-system/coral-audit-key", StringComparison.Ordinal));

        var secret = (await kit.Api.Get(AuditCluster.Secret)).Expect();
        Assert.Equal("Opaque", (string?)secret["type"]);
        Assert.Equal(["audit.key", "audit.pub"], secret["data"]!.AsObject().Select(entry => entry.Key).Order(StringComparer.Ordinal));
        // Written once.
        Assert.Single(secret["metadata"]!["managedFields"]!.AsArray());
        using var pair = ECDsa.Create();
        pair.ImportFromPem(Entry(secret, "audit.key"));
        Assert.Equal(pair.ExportSubjectPublicKeyInfoPem(), Entry(secret, "audit.pub").Trim());

        var leases = await kit.LeasesAsync();
        Assert.Equal(2, leases.Count);
        // The first and the last of each life, all by that key.
        Assert.All(leases, lease => Assert.Equal(2, Checkpoints(lease).Count));
        Assert.Equal([Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo())], leases.SelectMany(Checkpoints).Select(line => (string?)line["public_key"]).Distinct());
    }

    private async Task Another_life_keeps_what_the_Lease_has_and_touches_no_other_field(WebhookOptions options)
    {
        var path = $"{AuditCluster.Leases}/coral-audit-{await WriterAsync(options)}";
        var was = Checkpoints((await kit.Api.Get(path)).Expect());
        (await kit.Api.Merge(path, JsonNode.Parse("""{"metadata":{"labels":{"theirs":"kept"},"annotations":{"theirs":"kept"}},"spec":{"leaseTransitions":7}}""")!)).Expect();
        for (var life = 0; life < 3; life++)
        {
            await using var replica = await WebhookProcess.Start(options);
            // Somebody else writes it meanwhile, so the version that we read is no more: ours must not fail by it.
            (await kit.Api.Merge(path, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["turn"] = $"{life}" } } })).Expect();
            await replica.Stop();
            Assert.Empty(Warnings(replica));
        }

        var lease = (await kit.Api.Get(path)).Expect();
        var texts = Checkpoints(lease).ConvertAll(line => (string)line["statement"]!);
        Assert.Equal(8, texts.Count);
        Assert.Equal(was.Select(line => (string)line["statement"]!), texts[..2]);
        Assert.All(texts.Zip(texts[1..]), pair => Assert.Contains($"\nprevious {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(pair.First)))}\n", pair.Second, StringComparison.Ordinal));
        var metadata = lease["metadata"]!;
        Assert.Equal(("kept", "kept", "2", 7), ((string?)metadata["labels"]!["theirs"], (string?)metadata["annotations"]!["theirs"], (string?)metadata["annotations"]!["turn"], (int?)lease["spec"]!["leaseTransitions"]));
        var ours = Assert.Single(metadata["managedFields"]!.AsArray(), entry => (string?)entry!["manager"] == "coral-audit")!;
        Assert.Equal("{\"f:metadata\":{\"f:annotations\":{\"f:coral.io/audit-checkpoints\":{}}},\"f:spec\":{\"f:holderIdentity\":{},\"f:renewTime\":{}}}", ours["fieldsV1"]!.ToJsonString());
    }

    private async Task A_rotation_needs_no_restart(WebhookOptions options)
    {
        await using var replica = await WebhookProcess.Start(options);
        await kit.BashAsync(AuditCluster.Block("coral audit key rotate audit.key"));
        // With its next checkpoint, which comes after a minute.
        await Eventually.Async(() => Task.FromResult(replica.Output.Contains("the next checkpoint is signed by both", StringComparison.Ordinal)), Patience + Patience, "the rotation is noticed");
        await replica.Stop();
        Assert.Empty(Warnings(replica));
        var lease = (await kit.Api.Get($"{AuditCluster.Leases}/coral-audit-{await WriterAsync(options)}")).Expect();
        // Of eight one has two signatures.
        Assert.Single(Checkpoints(lease), line => line["old_signature"] is not null);
        Assert.Equal(8, Checkpoints(lease).Count);
    }

    /// <summary>With the public key from before the rotation, and as an account that may list Leases and nothing else.</summary>
    private async Task An_end_that_was_cut_off_is_found(WebhookOptions options)
    {
        var spool = Path.Join(options.DataFolder, "spool");
        string[] verify = ["audit", "verify", "--spool", spool, "--key", kit.PathOf("before.pub"), "--checkpoints", $"lease:{AuditCluster.Namespace}", "--kubeconfig", await kit.ConfigOf("auditor")];
        var whole = Assert.Single(await CliProgram.Json(0, verify));
        Assert.Equal("checked", (string?)whole["signatures"]);

        var segment = Directory.GetFiles(spool, "*.seg").Order(StringComparer.Ordinal).Last();
        // A frame ends with its length.
        using (var file = File.Open(segment, FileMode.Open))
        {
            var length = new byte[4];
            file.Seek(-4, SeekOrigin.End);
            file.ReadExactly(length);
            file.SetLength(file.Length - BitConverter.ToInt32(length));
        }

        var lines = await CliProgram.Json(1, verify);
        Assert.Equal(["truncated"], lines.Skip(1).Select(line => (string?)line["finding"]));
        Assert.Equal((ulong)whole["last"]!["sequence"]!, (ulong)lines[1]["sequence"]!);
    }

    private async Task Without_a_right_for_Leases_there_is_one_warning(WebhookOptions options)
    {
        await kit.Cluster.Kubectl("patch", "role", "coral-audit", "-n", AuditCluster.Namespace, "--type=json", "-p", """[{"op":"remove","path":"/rules/2"}]""");
        await kit.RightsAsync("coral-webhook", [], ["get leases", "patch leases"]);
        await using var replica = await WebhookProcess.Start(options with { DataFolder = null });
        await Eventually.Async(() => Task.FromResult(Warnings(replica).Count > 0), Patience, "it is said that the second place fails");
        await replica.Stop();
        Assert.Matches("checkpoints could not be kept in the Leases of namespace coral-system: leases.coordination.k8s.io \"coral-audit-[0-9a-f]{16}\" is forbidden: .*", Assert.Single(Warnings(replica)));
        Assert.Contains("checkpoints are signed by the audit key", replica.Output, StringComparison.Ordinal);
    }

    private static List<string> Warnings(WebhookProcess webhook) => [.. webhook.Output.Split('\n').Where(line => line.Contains(" WARN Coral.Audit.Checkpoints ", StringComparison.Ordinal))];

    private static string Entry(JsonNode secret, string name) => Encoding.UTF8.GetString(Convert.FromBase64String((string)secret["data"]![name]!));

    private static List<JsonNode> Checkpoints(JsonNode lease) =>
        [.. ((string)lease["metadata"]!["annotations"]!["coral.io/audit-checkpoints"]!).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static async Task<string> WriterAsync(WebhookOptions options) => (string)(await CliProgram.Json(0, "audit", "verify", "--spool", Path.Join(options.DataFolder, "spool")))[0]["writer"]!;
}
