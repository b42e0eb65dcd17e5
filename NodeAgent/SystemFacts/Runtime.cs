namespace Coral.NodeAgent.SystemFacts;

/// <summary>The container runtime by the socket that it listens on.</summary>
/// <param name="Name">Its name, or null when none is seen.</param>
/// <param name="Socket">The path on the node, or null.</param>
internal sealed record Runtime(string? Name, string? Socket)
{
    // Where the distributions put them. Docker's own socket comes last: where cri-dockerd or containerd serves the kubelet, that one counts.
    private static readonly Runtime[] Known =
    [
        new("containerd", "/run/containerd/containerd.sock"),
        new("containerd", "/run/k3s/containerd/containerd.sock"),
        new("containerd", "/run/k0s/containerd.sock"),
        new("containerd", "/var/snap/microk8s/common/run/containerd.sock"),
        new("cri-o", "/run/crio/crio.sock"),
        new("cri-dockerd", "/run/cri-dockerd.sock"),
        new("docker", "/run/docker.sock"),
    ];

    internal static Runtime Find(string root) => Array.Find(Known, known => File.Exists(Path.Join(root, known.Socket))) ?? new(null, null);
}
