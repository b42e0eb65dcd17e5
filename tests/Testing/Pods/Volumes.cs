using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Volumes of every kind.</summary>
internal static class Volumes
{
    private static readonly (string Kind, string Source)[] Allowed =
    [
        ("emptyDir", "{}"),
        ("emptyDir", """{"medium":"Memory","sizeLimit":"16Mi"}"""),
        ("configMap", """{"name":"settings"}"""),
        ("secret", """{"secretName":"keys"}"""),
        ("downwardAPI", """{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}"""),
        ("projected", """{"sources":[{"configMap":{"name":"settings"}}]}"""),
        ("persistentVolumeClaim", """{"claimName":"data"}"""),
        ("ephemeral", """{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}}"""),
        ("csi", """{"driver":"inline.example.com"}"""),
        ("image", """{"reference":"registry.example/data:1"}"""),
    ];

    private static readonly (string Kind, string Source)[] Restricted =
    [
        ("hostPath", """{"path":"/var/log"}"""),
        ("hostPath", """{"path":"/run/containerd/containerd.sock","type":"Socket"}"""),
        ("nfs", """{"server":"nfs.example.com","path":"/data"}"""),
        ("iscsi", """{"targetPortal":"10.0.0.1:3260","iqn":"iqn.2001-04.com.example:storage.disk1","lun":0}"""),
        ("gcePersistentDisk", """{"pdName":"disk"}"""),
        ("awsElasticBlockStore", """{"volumeID":"vol-1"}"""),
        ("azureDisk", """{"diskName":"d","diskURI":"/subscriptions/s/disks/d","kind":"Managed"}"""),
        ("azureFile", """{"secretName":"s","shareName":"share"}"""),
        ("cephfs", """{"monitors":["10.0.0.1:6789"]}"""),
        ("cinder", """{"volumeID":"v"}"""),
        ("fc", """{"targetWWNs":["500a0982991b8dc5"],"lun":2}"""),
        ("flexVolume", """{"driver":"example/driver"}"""),
        ("flocker", """{"datasetName":"d"}"""),
        ("gitRepo", """{"repository":"https://git.example.com/r.git"}"""),
        ("glusterfs", """{"endpoints":"e","path":"p"}"""),
        ("photonPersistentDisk", """{"pdID":"d"}"""),
        ("portworxVolume", """{"volumeID":"v"}"""),
        ("quobyte", """{"registry":"r:7861","volume":"v"}"""),
        ("rbd", """{"monitors":["10.0.0.1:6789"],"image":"i"}"""),
        ("scaleIO", """{"gateway":"https://g","system":"s","secretRef":{"name":"s"},"volumeName":"v"}"""),
        ("storageos", """{"volumeName":"v"}"""),
        ("vsphereVolume", """{"volumePath":"[ds] v.vmdk"}"""),
    ];

    public static void Add(PodDraft draft)
    {
        var volumes = new JsonArray();
        if (draft.Chance(0.5))
        {
            for (var i = draft.Number(1, 3); i > 0; i--) volumes.Add(Make(draft, $"v{i}", draft.Pick<(string, string)>(Allowed)));
        }

        if (draft.Chance(0.12))
        {
            for (var i = draft.Number(1, 3); i > 0; i--) volumes.Add(Make(draft, $"r{i}", draft.Pick<(string, string)>(Restricted)));
        }

        // The API server makes such a volume an emptyDir.
        if (draft.Chance(0.03)) volumes.Add(new JsonObject { ["name"] = "silent" });
        if (draft.Options.Ours && draft.Chance(0.01)) volumes.Add(Make(draft, "coral-agent-tmp", Allowed[0]));
        if (volumes.Count == 0) return;
        draft.Spec["volumes"] = volumes;
        foreach (var container in draft.RegularContainers)
        {
            if (!draft.Chance(0.5)) continue;
            container["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = volumes[0]!["name"]!.GetValue<string>(), ["mountPath"] = "/data" });
        }
    }

    private static JsonObject Make(PodDraft draft, string name, (string Kind, string Source) kind)
    {
        var volume = new JsonObject { ["name"] = name, [kind.Kind] = JsonNode.Parse(kind.Source) };
        if (draft.Chance(0.02)) volume[kind.Kind == "nfs" ? "hostPath" : "nfs"] = null;
        return volume;
    }
}
