using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Containers of every kind, without their securityContext.</summary>
internal static class Containers
{
    public static void Add(PodDraft draft)
    {
        var quality = draft.Pick("guaranteed", "best-effort", "burstable", "burstable");
        var regular = new JsonArray();
        var count = draft.Chance(0.6) ? 1 : draft.Number(1, 4);
        for (var i = 0; i < count; i++) regular.Add(Make(draft, $"app-{(char)('z' - i)}", quality, probes: true));
        if (draft.Options.Ours && draft.Chance(0.02)) regular[0]!["name"] = "coral-agent";

        var init = new JsonArray();
        if (draft.Chance(0.3))
        {
            for (var i = draft.Number(1, 2); i > 0; i--)
            {
                var sidecar = draft.Chance(0.4);
                var container = Make(draft, $"init-{i}", quality, probes: sidecar);
                if (sidecar) container["restartPolicy"] = "Always";
                init.Add(container);
            }
        }

        draft.Spec["containers"] = regular;
        if (init.Count > 0) draft.Spec["initContainers"] = init;
        if (draft.Options.Ephemeral && draft.Chance(0.5))
        {
            draft.Spec["ephemeralContainers"] = new JsonArray(new JsonObject { ["name"] = "debug-1", ["image"] = "busybox" }, new JsonObject { ["name"] = "a-debug", ["image"] = "busybox" });
        }
    }

    private static JsonObject Make(PodDraft draft, string name, string quality, bool probes)
    {
        var container = new JsonObject { ["name"] = name, ["image"] = draft.Pick("nginx", "registry.example/app:1.2", "busybox@sha256:" + new string('a', 64)) };
        if (draft.Chance(0.3)) container["command"] = new JsonArray("/bin/app", "--port=8080");
        if (draft.Chance(0.3)) container["env"] = new JsonArray(new JsonObject { ["name"] = "MODE", ["value"] = "a\"b\n\u00fc" });
        if (draft.Chance(0.1)) container["imagePullPolicy"] = "Always";
        if (quality != "best-effort") container["resources"] = Resources(draft, quality);
        if (draft.Chance(0.6)) container["ports"] = Ports(draft);
        if (probes) Probes.Add(draft, container);
        return container;
    }

    private static JsonObject Resources(PodDraft draft, string quality)
    {
        var requests = new JsonObject { ["cpu"] = draft.Pick("100m", "0.5", "1"), ["memory"] = draft.Pick("64Mi", "128M", "1Gi") };
        if (quality == "guaranteed") return new JsonObject { ["requests"] = requests, ["limits"] = requests.DeepClone() };
        return draft.Chance(0.5) ? new JsonObject { ["requests"] = requests } : new JsonObject { ["limits"] = new JsonObject { ["memory"] = "2Gi" } };
    }

    private static JsonArray Ports(PodDraft draft)
    {
        int[] common = [80, 8080, 9090, 443];
        int[] ours = draft.Options.Ours ? [4317, 4318, 9001] : [];
        var ports = new JsonArray();
        foreach (var number in common.Concat(ours))
        {
            if (!draft.Chance(number is 8080 ? 0.5 : 0.08)) continue;
            var port = new JsonObject { ["containerPort"] = number };
            if (draft.Chance(0.2)) port["protocol"] = draft.Pick("TCP", "UDP");
            if (draft.Chance(0.3)) port["name"] = $"port-{number}";
            if (draft.Chance(0.07)) port["hostPort"] = draft.Pick(number, number, 30000 + number, 0);
            ports.Add(port);
        }

        return ports;
    }
}
