using System.Collections.Immutable;
using System.CommandLine;
using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.AuditVerify;

/// <summary>The options with what the auditor holds: public keys, and checkpoints in a second place.</summary>
internal sealed class EvidenceOptions
{
    private const string Lease = "lease:";

    private readonly Option<string?> key = new("--key") { HelpName = "PUBLIC", Description = "A PEM file with the public key of the audit, or several; later keys are followed from it" };
    private readonly Option<string?> checkpoints = new("--checkpoints") { HelpName = "DIR|FILE|lease:NAMESPACE", Description = "The second place: the folder of --checkpoint-dir, a file in it, or a namespace's Leases" };
    private readonly Option<string?> kubeconfig = new("--kubeconfig") { HelpName = "FILE", Description = "The cluster of the Leases. Default: $KUBECONFIG, ~/.kube/config, or the pod's own service account" };
    private readonly Option<string?> context = new("--context") { HelpName = "NAME", Description = "The context of the kubeconfig" };

    internal void AddTo(Command command)
    {
        foreach (var option in new[] { key, checkpoints, kubeconfig, context }) command.Add(option);
    }

    /// <summary>What the check goes by; null after a mistake was noted.</summary>
    internal async Task<ChainCheck?> ReadAsync(ParseResult result, bool isServer, TimeProvider time, Problems problems, CancellationToken cancellation)
    {
        var before = problems.Lines.Count;
        var place = result.GetValue(checkpoints);
        var isLease = place?.StartsWith(Lease, StringComparison.Ordinal) == true;
        if (!isLease && (result.GetValue(kubeconfig) ?? result.GetValue(context)) is not null) problems.Add("--kubeconfig and --context are for --checkpoints lease:NAMESPACE");
        if (place == Lease) problems.Add("--checkpoints is \"lease:\"; it must be lease:NAMESPACE, such as lease:coral-system");
        var keys = result.GetValue(key) is { } file ? problems.Try(() => ReadKeys(file)) : [];
        var config = isLease ? problems.Try(() => KubernetesConfig.Load(result.GetValue(kubeconfig), result.GetValue(context))) : null;
        var found = place is not null && !isLease ? problems.Try(() => ReadFolder(place)) : null;
        if (problems.Lines.Count > before) return null;
        if (config is not null) found = await ListAsync(config, place![Lease.Length..], time, cancellation);
        return new ChainCheck
        {
            Keys = [.. keys!],
            Place = found,
            Now = time.GetUtcNow(),
            IsServer = isServer,
            // A folder is shared by the writers of many spools, a file is one writer's.
            ExpectsAllWriters = isServer || (place is not null && File.Exists(place)),
        };
    }

    private static AuditPublicKey[] ReadKeys(string file)
    {
        try
        {
            return [.. AuditKeys.ReadPublic(File.ReadAllText(file), $"--key {file}")];
        }
        catch (AuditKeyException mistake)
        {
            throw new BadInputException(mistake.Message);
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--key {file}: cannot be read: {mistake.Message}");
        }
    }

    private static SecondPlace ReadFolder(string path)
    {
        try
        {
            return CheckpointFolder.Read(path);
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--checkpoints {path}: cannot be read: {mistake.Message}");
        }
    }

    private static async Task<SecondPlace> ListAsync(KubernetesConfig config, string ns, TimeProvider time, CancellationToken cancellation)
    {
        using var client = new KubernetesClient(config, time, NullLoggerFactory.Instance);
        var place = new SecondPlace($"the Leases of namespace {ns}");
        var leases = await client.ListAsync(ApiResource.Leases, new ListOptions { Namespace = ns }, cancellation);
        foreach (var lease in leases.GetProperty("items").EnumerateArray()) CheckpointLease.Read(lease, place);
        return place;
    }
}
