using System.Text.Json.Nodes;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>
/// Updates (dry run) of pods that stood before their namespace became stricter, against the API server's own plug-in: what is judged at all, the verdict, the words, the warnings.
/// </summary>
[Collection(RealCollection.Name)]
public sealed class PodUpdateTests(RealCluster cluster)
{
    private static readonly Labelled[] Tightened =
    [
        new("update-1", "enforce=restricted"), new("update-2", "enforce=baseline enforce-version=v1.20 warn=restricted"), new("update-3", "enforce=privileged warn=baseline"),
        new("update-4", "enforce=restricted enforce-version=v1.99 warn=privileged"),
    ];

    private static readonly Dictionary<string, string> Pods = new(StringComparer.Ordinal)
    {
        ["hardened"] = $$"""{"metadata":{},"spec":{"containers":[{{Tests.PodSecurity.Pods.Hardened}}]} }""",
        ["privileged"] = """{"metadata":{},"spec":{"containers":[{"name":"a","image":"i","securityContext":{"privileged":true}}],"initContainers":[{"name":"b","image":"i"}]}}""",
        ["host"] = """{"metadata":{},"spec":{"hostNetwork":true,"containers":[{"name":"a","image":"i","ports":[{"containerPort":8080}]}]}}""",
        ["apparmor"] = """{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/a":"unconfined"}},"spec":{"containers":[{"name":"a","image":"i"}]}}""",
    };

    private static readonly (string Name, string SubResource, Action<JsonNode> Do)[] Changes =
    [
        ("nothing", "", _ => { }),
        ("label", "", pod => pod["metadata"]!["labels"] = new JsonObject { ["a"] = "b" }),
        ("image", "", pod => pod["spec"]!["containers"]![0]!["image"] = "j"),
        ("image of an init container", "", pod => First(pod, "initContainers", container => container["image"] = "j")),
        ("seccomp annotation of a container", "", pod => Annotate(pod, "container.seccomp.security.alpha.kubernetes.io/a", "unconfined")),
        ("seccomp annotation of the pod", "", pod => Annotate(pod, "seccomp.security.alpha.kubernetes.io/pod", "unconfined")),
        ("deadline", "", pod => pod["spec"]!["activeDeadlineSeconds"] = 100),
        ("tolerations", "", pod => pod["spec"]!["tolerations"]!.AsArray().Add(new JsonObject { ["key"] = "k", ["operator"] = "Exists" })),
        ("ephemeral container", "ephemeralcontainers", pod => Debug(pod, "{}")),
        ("privileged ephemeral container", "ephemeralcontainers", pod => Debug(pod, """{"privileged":true}""")),
        ("hardened ephemeral container", "ephemeralcontainers", pod => Debug(pod, JsonNode.Parse(Tests.PodSecurity.Pods.Hardened)!["securityContext"]!.ToJsonString())),
        ("nothing through ephemeralcontainers", "ephemeralcontainers", _ => { }),
        ("status", "status", pod => pod["status"]!["message"] = "m"),
        ("resize", "resize", pod => pod["spec"]!["containers"]![0]!["resources"] = Cpu("1m")),
    ];

    [KitFact]
    public async Task A_standing_pod_is_judged_when_the_api_server_does_and_with_its_words()
    {
        var answers = new List<PluginAnswer>();
        foreach (var room in Tightened)
        {
            await Stand(room);
            foreach (var name in Pods.Keys)
            {
                foreach (var change in Changes) answers.Add(await AssertSame(room, name, change));
            }
        }

        Assert.Contains(answers, answer => !answer.Allowed);
        Assert.Contains(answers, answer => answer.Warnings.Length > 0);
        Assert.Contains(answers, answer => answer is { Allowed: true, Warnings.Length: 0 });
    }

    /// <summary>Makes the pods while anything goes, then has the namespace get its labels, and waits until the plug-in has heard of them.</summary>
    private async Task Stand(Labelled room)
    {
        await cluster.Api.CreateNamespace(room.Name);
        foreach (var (name, text) in Pods)
        {
            var pod = JsonNode.Parse(text)!;
            pod["metadata"]!["name"] = name;

            pod["spec"]!["containers"]![0]!["resources"] = Cpu("2m");

            // No node has this: the pod stays as it is.
            pod["spec"]!["nodeSelector"] = new JsonObject { ["no"] = "such" };
            (await cluster.Api.CreatePod(room.Name, pod)).Expect();
        }

        var labels = new JsonObject(room.Items.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
        (await cluster.Api.Merge($"/api/v1/namespaces/{room.Name}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } })).Expect();
        var probe = JsonNode.Parse(Pods["privileged"])!;
        probe["metadata"]!["name"] = "probe";
        var expected = PluginAnswer.Of(room.Judge(new() { Namespace = "", Object = Labelled.Element(probe) }));
        await Eventually.Async(
            async () => PluginAnswer.Of(await cluster.Api.CreatePod(room.Name, probe, dryRun: true)) == expected,
            TimeSpan.FromSeconds(60),
            $"{room.Name} is judged by its new labels");
    }

    private async Task<PluginAnswer> AssertSame(Labelled room, string name, (string Name, string SubResource, Action<JsonNode> Do) change)
    {
        var path = $"/api/v1/namespaces/{room.Name}/pods/{name}";
        var old = (await cluster.Api.Get(path)).Expect();
        var changed = old.DeepClone();
        changed["metadata"]!.AsObject().Remove("resourceVersion");
        change.Do(changed);

        var answer = await cluster.Api.Send(HttpMethod.Put, $"{path}{(change.SubResource.Length > 0 ? "/" : "")}{change.SubResource}?dryRun=All", changed);

        var ours = room.Judge(new()
        {
            Namespace = "",
            Operation = "UPDATE",
            SubResource = change.SubResource,
            Object = Labelled.Element(changed),
            OldObject = Labelled.Element(old),
        });
        var theirs = PluginAnswer.Of(answer);
        Assert.True(
            theirs == PluginAnswer.Of(ours),
            $"{change.Name} of {name} where {room.Labels}\ntheirs: {theirs} ({answer.Status} {answer.Message})\nours:   {PluginAnswer.Of(ours)}");
        return theirs!;
    }

    private static JsonObject Cpu(string request) => new() { ["requests"] = new JsonObject { ["cpu"] = request } };

    private static void First(JsonNode pod, string list, Action<JsonNode> change)
    {
        if (pod["spec"]![list] is JsonArray containers) change(containers[0]!);
    }

    private static void Annotate(JsonNode pod, string name, string value)
    {
        if (pod["metadata"]!["annotations"] is not JsonObject annotations) pod["metadata"]!["annotations"] = annotations = [];
        annotations[name] = value;
    }

    private static void Debug(JsonNode pod, string context) =>
        pod["spec"]!["ephemeralContainers"] = new JsonArray(JsonNode.Parse($$"""{"name":"debug","image":"i","securityContext":{{context}} }"""));
}
