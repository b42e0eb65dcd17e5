using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Probes and lifecycle handlers, some with the host field.</summary>
internal static class Probes
{
    private static readonly string[] Hosts = ["", "127.0.0.1", "example.com", "10.0.0.1"];

    public static void Add(PodDraft draft, JsonObject container)
    {
        var hosts = draft.Chance(0.12);
        if (draft.Chance(0.3)) container["livenessProbe"] = Handler(draft, hosts);
        if (draft.Chance(0.3)) container["readinessProbe"] = Handler(draft, hosts);
        if (draft.Chance(0.1)) container["startupProbe"] = Handler(draft, hosts);
        if (!draft.Chance(0.1)) return;
        var lifecycle = new JsonObject();
        if (draft.Chance(0.6)) lifecycle["postStart"] = Handler(draft, hosts, probe: false);
        if (draft.Chance(0.6)) lifecycle["preStop"] = Handler(draft, hosts, probe: false);
        container["lifecycle"] = lifecycle;
    }

    private static JsonObject Handler(PodDraft draft, bool hosts, bool probe = true)
    {
        switch (draft.Number(0, 3))
        {
            case 0: return new JsonObject { ["exec"] = new JsonObject { ["command"] = new JsonArray("true") } };
            case 1 when probe: return new JsonObject { ["grpc"] = new JsonObject { ["port"] = 9090 } };
        }

        var kind = draft.Pick("httpGet", "httpGet", "tcpSocket");
        var action = new JsonObject { ["port"] = 8080 };
        if (kind == "httpGet") action["path"] = "/healthz";
        if (hosts && draft.Chance(0.6)) action["host"] = draft.Pick(Hosts);
        return new JsonObject { [kind] = action };
    }
}
