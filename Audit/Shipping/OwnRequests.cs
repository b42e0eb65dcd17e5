using System.Text.Json;

namespace Coral.Audit.Shipping;

/// <summary>
/// A request that we gave up may still be at work in the server: what it stores after we looked would be stored twice if a rollover comes in between. So before looking, we wait until none of ours is left.
/// Our requests are known by the <c>X-Opaque-Id</c> that the client sends: those of this sender by its name, those of earlier lives by <paramref name="family"/>, with which the names of all that ever shipped this spool
/// begin; those of <paramref name="present"/>, our fellow senders of this life, are about other documents. Where the server does not tell its tasks only the quiet time is waited for. Not thread safe.
/// </summary>
internal sealed class OwnRequests(SearchClient client, string family, string present, TimeSpan quiet, TimeProvider time)
{
    // A request is in no list while it is still read, nor between the parts that newer servers make of it.
    private const int Looks = 5;

    // An earlier process may have left one.
    private bool suspected = true;

    public void Suspect() => suspected = true;

    /// <summary>Throws <see cref="HttpRequestException"/> while one is at work, and what <see cref="SearchClient.SendAsync"/> throws.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        if (!suspected) return;
        // The first answer shows that the server is awake: from then on it reads what was still on the way to it, and the later answers know of that.
        await AskAsync(cancel);
        for (var look = 1; look < Looks; look++)
        {
            await Task.Delay(quiet / (Looks - 1), time, cancel);
            await AskAsync(cancel);
        }

        suspected = false;
    }

    private async Task AskAsync(CancellationToken cancel)
    {
        var answer = await client.GetAsync("_tasks?actions=indices:data/write/bulk*&filter_path=node_failures,nodes.*.tasks.*.headers", cancel);
        // Elastic's serverless offering has no such list, and a role may not allow it.
        if (answer.Status is 400 or 403 or 404 or 405 or 410 or 501) return;
        using var json = Lookup.Read(answer, client, "_tasks");
        if (json.RootElement.Find("node_failures").ValueKind == JsonValueKind.Array) throw Lookup.Unclear(client, "_tasks", "not all nodes answered");
        if (json.RootElement.Find("nodes") is not { ValueKind: JsonValueKind.Object } nodes) return;
        foreach (var node in nodes.EnumerateObject())
        {
            if (node.Value.Find("tasks") is not { ValueKind: JsonValueKind.Object } tasks) continue;
            if (tasks.EnumerateObject().Any(task => IsOurs(task.Value.Find("headers").Find(SearchClient.OpaqueId).Text())))
                throw Lookup.Unclear(client, "_tasks", "an earlier request is still at work");
        }
    }

    private bool IsOurs(string? name) =>
        name is not null && (name == client.Name || (name.StartsWith(family, StringComparison.Ordinal) && !name.StartsWith(present, StringComparison.Ordinal)));
}
