using System.Collections.Concurrent;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;
using Coral.Policies;

namespace Coral.NodeAgent.Collectors.Workloads;

/// <summary>
/// Who the containers of this node are, as the API server's pods say. One that is gone stays for a minute at least, because records of it may come later. <see cref="Update"/> is called by one thread, the rest by any.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class WorkloadDirectory(TimeProvider time) : IWorkloads
{
    /// <summary>So many containers and pods that are gone are kept at most; of those that are there, all.</summary>
    private const int MostGone = 16 * 1024;

    private static readonly TimeSpan KeptAfter = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Workload> containers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Workload> pods = new(StringComparer.Ordinal);
    private readonly Queue<(long At, string Key)> gone = [];
    private Dictionary<string, (string Version, PodIdentity? Pod)> read = new(StringComparer.Ordinal);
    private HashSet<string> present = new(StringComparer.Ordinal);
    private long version;
    private volatile bool isFollowing;

    /// <inheritdoc/>
    public long Version => Interlocked.Read(ref version);

    /// <inheritdoc/>
    public bool IsFollowing => isFollowing;

    /// <summary>How many containers are known, with those that are gone.</summary>
    internal int Count => containers.Count;

    /// <inheritdoc/>
    public Workload? Find(ContainerPath path) => path.ContainerId is { } id ? containers.GetValueOrDefault(id) : FindPod(path);

    /// <inheritdoc/>
    public Workload? FindPod(ContainerPath path) => path.PodUid is { } uid ? pods.GetValueOrDefault(uid) : null;

    /// <summary>The pods of this node as they are now.</summary>
    /// <param name="current">Each with its metadata, spec and status, as far as <see cref="PodIdentity"/> reads them.</param>
    internal void Update(IEnumerable<JsonElement> current)
    {
        var (now, seen) = (new Dictionary<string, (string, PodIdentity?)>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var pod in current)
        {
            var metadata = pod.Get("metadata"u8);
            if (metadata.Text("uid"u8) is not { } uid) continue;
            var at = metadata.Text("resourceVersion"u8) ?? "";
            // What has not changed is not read again: a node has hundreds of pods, and one of them changes at a time.
            var identity = at.Length > 0 && read.TryGetValue(uid, out var before) && before.Version == at ? before.Pod : PodIdentity.Read(pod);
            now[uid] = (at, identity);
            if (identity is not null) Keep(identity, seen);
        }

        foreach (var key in present)
        {
            if (!seen.Contains(key)) gone.Enqueue((time.GetTimestamp(), key));
        }

        (read, present) = (now, seen);
        Forget();
        isFollowing = true;
        Interlocked.Increment(ref version);
    }

    /// <summary>Lets go of those that have been gone for long enough.</summary>
    private void Forget()
    {
        while (gone.TryPeek(out var oldest) && (gone.Count > MostGone || time.GetElapsedTime(oldest.At) > KeptAfter))
        {
            gone.Dequeue();
            if (present.Contains(oldest.Key)) continue;
            containers.TryRemove(oldest.Key, out _);
            pods.TryRemove(oldest.Key, out _);
        }
    }

    private void Keep(PodIdentity identity, HashSet<string> seen)
    {
        Put(pods, identity.Pod.PodUid!, identity.Pod);
        if (identity.StaticHash is { } hash) Put(pods, hash, identity.Pod);
        foreach (var (id, workload) in identity.Containers) Put(containers, id, workload);

        void Put(ConcurrentDictionary<string, Workload> to, string key, Workload workload)
        {
            seen.Add(key);
            // The same object for the same answer: who keeps it compares by reference.
            if (!to.TryGetValue(key, out var old) || old != workload) to[key] = workload;
        }
    }
}
