using System.Text.Json;
using Coral.Policies;

namespace Coral.NodeAgent.Collectors.Workloads;

/// <summary>What a pod belongs to, by its own words: nobody else is asked.</summary>
internal static class PodOwner
{
    /// <summary>The kind in lower case and the name; nulls where the pod stands alone. Of a ReplicaSet that a Deployment made it is the Deployment, of a Job that a CronJob made the CronJob.</summary>
    internal static (string? Kind, string? Name) Of(JsonElement metadata)
    {
        foreach (var reference in metadata.Items("ownerReferences"u8))
        {
            if (!reference.IsTrue("controller"u8) || reference.Text("kind"u8) is not { Length: > 0 } kind || reference.Text("name"u8) is not { Length: > 0 } name) continue;
            return kind switch
            {
                "ReplicaSet" when metadata.Get("labels"u8).Text("pod-template-hash") is { Length: > 0 } hash && Cut(name, "-" + hash) is { } deployment => ("deployment", deployment),
                "Job" when OfCronJob(name) is { } cron => ("cronjob", cron),
                _ => (Lower(kind), name),
            };
        }

        return (null, null);
    }

    /// <summary>Jobs of a CronJob end with the minute they were due, since 1970: eight digits until 2160.</summary>
    private static string? OfCronJob(string job)
    {
        var sign = job.LastIndexOf('-');
        return sign > 0 && job.Length - sign - 1 == 8 && job.AsSpan(sign + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? job[..sign] : null;
    }

    private static string? Cut(string name, string end) => name.Length > end.Length && name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : null;

    private static string Lower(string kind) => string.Create(kind.Length, kind, static (to, from) => from.AsSpan().ToLowerInvariant(to));
}
