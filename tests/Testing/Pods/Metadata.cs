using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Labels and annotations: of the application, of Coral, and the old ones for AppArmor and seccomp.</summary>
internal static class Metadata
{
    public static void Add(PodDraft draft)
    {
        var labels = new JsonObject();
        var annotations = new JsonObject();
        if (draft.Chance(0.7)) labels["app"] = draft.Pick("shop", "bank");
        if (draft.Chance(0.3)) annotations["example.com/note"] = "a \"quoted\" \\ text\n\u00e9\u0001";
        if (draft.Options.Ours) AddOurs(draft, labels, annotations);
        AddProfiles(draft, annotations);
        var metadata = PodDraft.Child(draft.Pod, "metadata");
        if (labels.Count > 0) metadata["labels"] = labels;
        if (annotations.Count > 0) metadata["annotations"] = annotations;
    }

    private static void AddOurs(PodDraft draft, JsonObject labels, JsonObject annotations)
    {
        if (draft.Chance(0.15)) labels["coral.io/inject"] = draft.Pick("true", "false", "yes");
        if (draft.Chance(0.03)) annotations["coral.io/inject"] = draft.Pick("true", "false");
        if (draft.Chance(0.15)) annotations["coral.io/mode"] = draft.Pick("auto", "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged", "nonsense");
        if (draft.Chance(0.05)) annotations["coral.io/share-pid"] = draft.Pick("true", "false");
        if (draft.Chance(0.02)) annotations["coral.io/injected"] = "true";
        if (draft.Chance(0.02)) annotations["coral.io/status"] = draft.Pick("{}", "not json", """{"id":"x","variant":"ebpf-full"}""");
    }

    private static void AddProfiles(PodDraft draft, JsonObject annotations)
    {
        if (draft.Chance(0.05)) annotations["seccomp.security.alpha.kubernetes.io/pod"] = draft.Pick("unconfined", "runtime/default", "docker/default", "localhost/app");
        foreach (var name in draft.Containers.Select(container => container["name"]!.GetValue<string>()))
        {
            if (draft.Chance(0.03)) annotations["container.apparmor.security.beta.kubernetes.io/" + name] = draft.Pick("unconfined", "unconfined", "runtime/default", "localhost/app");
            if (draft.Chance(0.03)) annotations["container.seccomp.security.alpha.kubernetes.io/" + name] = draft.Pick("unconfined", "runtime/default", "localhost/app");
        }
    }
}
