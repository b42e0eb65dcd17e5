using System.Text.Json;

namespace Coral.NodeAgent.Tests.Collectors.Workloads;

/// <summary>Pods as the API server gives them.</summary>
internal static class Pods
{
    /// <summary>A pod of a Deployment whose container <c>app</c> has this id; null before it runs.</summary>
    internal static JsonElement Pod(string uid, string? container, string version = "1", string? before = null, string? sidecar = null, string? debug = null) => JsonDocument.Parse(
        $$"""
        {
          "metadata": {
            "uid": "{{uid}}", "namespace": "shop", "name": "web-6d5f7c9b4-{{uid}}", "resourceVersion": "{{version}}", "labels": {"pod-template-hash": "6d5f7c9b4"},
            "ownerReferences": [{"kind": "Other", "name": "x"}, {"kind": "ReplicaSet", "name": "web-6d5f7c9b4", "controller": true}]
          },
          "spec": {
            "nodeName": "node-a", "containers": [{"name": "app", "image": "registry.test/web:1.4"}],
            "initContainers": [{"name": "side", "image": "side:1"}], "ephemeralContainers": [{"name": "debug", "image": "busybox"}]
          },
          "status": {
            "containerStatuses": [{"name": "app"{{Id(container)}}{{(before is null ? "" : ",\"lastState\":{\"terminated\":{\"containerID\":\"containerd://" + before + "\"}}")}}}],
            "initContainerStatuses": [{"name": "side"{{Id(sidecar)}}}],
            "ephemeralContainerStatuses": [{"name": "debug"{{Id(debug)}}}]
          }
        }
        """).RootElement;

    private static string Id(string? id) => id is null ? "" : $",\"containerID\":\"containerd://{id}\"";
}
