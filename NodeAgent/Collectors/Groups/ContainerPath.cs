using System.Text.RegularExpressions;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>
/// What the path of a control group says of the container in it, in the forms of the runtimes with both drivers (docs/concepts/collectors.md). The container is the last that the path names,
/// because one may run in another; the pod is the first.
/// </summary>
/// <param name="Runtime">Who made it: <c>containerd</c>, <c>cri-o</c>, <c>docker</c>, <c>podman</c>, <c>lxc</c>; null where the path does not say.</param>
/// <param name="ContainerId">Its id at the runtime, without a scheme; null where the path names no container.</param>
/// <param name="PodUid">The pod's UID, or the hash that a static pod has for one; null outside of pods.</param>
internal sealed partial record ContainerPath(string? Runtime, string? ContainerId, string? PodUid)
{
    private static readonly ContainerPath None = new(null, null, null);

    /// <param name="path">Below the root of its hierarchy, such as <c>/kubepods/burstable/pod…/…</c>.</param>
    internal static ContainerPath Parse(string path)
    {
        var found = None;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found.PodUid is null && Pod().Match(part) is { Success: true } pod) found = found with { PodUid = pod.Groups["uid"].Value.Replace('_', '-') };
            // What watches a container beside it is none.
            if (part.Contains("-conmon-", StringComparison.Ordinal)) return found with { Runtime = null, ContainerId = null };
            if (Container().Match(part) is not { Success: true } container) continue;
            var by = container.Groups["by"].Value;
            found = found with { Runtime = RuntimeOf(by.Length > 0 ? by : path), ContainerId = container.Groups["id"].Value };
        }

        return found;
    }

    private static string? RuntimeOf(string said) => said switch
    {
        "cri-containerd" or "containerd" or "nerdctl" => "containerd",
        "crio" => "cri-o",
        "docker" => "docker",
        "libpod" => "podman",
        "lxc.payload" => "lxc",
        _ when said.StartsWith("/docker/", StringComparison.Ordinal) => "docker",
        _ when said.StartsWith("/k8s.io/", StringComparison.Ordinal) => "containerd",
        _ => null,
    };

    // kubepods-burstable-pod<uid>.slice, kubelet-kubepods-pod<uid>.slice, pod<uid>; v1 of containerd may have it all in one part.
    [GeneratedRegex(@"(?:^|-)pod(?<uid>[0-9a-f]{8}(?<sign>[-_])[0-9a-f]{4}\k<sign>[0-9a-f]{4}\k<sign>[0-9a-f]{4}\k<sign>[0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::.*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pod();

    // <by>-<id>.scope, <by>-<id>, <slice>:<by>:<id>, <id>, ECS's <task>-<number>, lxc.payload.<name>
    [GeneratedRegex(@"^(?:(?:.*:)?(?<by>[a-z-]+)[-:])?(?<id>[0-9a-f]{64})(?:\.scope)?$|^(?<id>[0-9a-f]{32}-[0-9]{1,10})$|^(?<by>lxc\.payload)\.(?<id>[A-Za-z0-9_.-]+)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Container();
}
