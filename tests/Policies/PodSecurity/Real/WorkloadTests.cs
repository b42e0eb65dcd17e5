using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity.Admission;
using Coral.Policies.Tests.PodSecurity.Admission;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;
using Coral.Testing.Pods;
using Xunit.Abstractions;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>Workloads of every kind against the API server's own plug-in: never refused, the same warnings.</summary>
[Collection(RealCollection.Name)]
public sealed class WorkloadTests(RealCluster cluster, ITestOutputHelper output)
{
    private const int Templates = 60;

    /// <summary>Warn labels, and warn that comes from enforce.</summary>
    private static readonly Labelled[] Namespaces =
    [
        new("work-1", "warn=baseline"), new("work-2", "warn=restricted warn-version=v1.20"), new("work-3", "enforce=restricted"), new("work-4", "enforce=baseline enforce-version=v1.30"),
        new("work-5", "enforce=restricted enforce-version=v1.24 warn-version=v1.7"), new("work-6", "enforce=restricted warn=privileged"), new("work-7", "warn=restricted warn-version=v1.99"),
        new("work-8", "enforce=baseline warn=baseline warn-version=v1.0 audit=restricted"),
    ];

    [KitFact]
    public async Task A_workload_gets_the_warnings_of_the_api_server()
    {
        foreach (var room in Namespaces) await room.Create(cluster.Api);
        var pods = EdgePods.Parsable().Concat(Enumerable.Range(1, Templates).Select(seed => PodGenerator.GenerateNode(seed))).ToList();
        var cases = from workload in Requests.Workloads from at in Enumerable.Range(0, pods.Count) select (workload.Resource, at);
        var warned = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var silent = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (item, _) =>
        {
            var room = Namespaces[(item.at + item.Resource.Length) % Namespaces.Length];
            var body = Workloads.Of(item.Resource, pods[item.at]);
            var answer = await cluster.Api.Send(HttpMethod.Post, room.Collection(item.Resource), body);
            if (answer.Status == 422) return;
            Assert.True(answer.Ok, $"{answer}\n{body}");

            var ours = room.Judge(new() { Namespace = "", Resource = item.Resource, Object = Labelled.Element(body) });

            var theirs = PluginAnswer.Of(answer)!;
            Assert.True(theirs == PluginAnswer.Of(ours), $"{item.Resource} where {room.Labels}\ntheirs: {theirs}\nours:   {PluginAnswer.Of(ours)}\n{body}");
            (theirs.Warnings.Length > 0 ? warned : silent).AddOrUpdate(item.Resource, 1, (_, count) => count + 1);
        });
        var counts = Requests.Workloads.Select(one => (one.Resource, Warned: warned.GetValueOrDefault(one.Resource), Silent: silent.GetValueOrDefault(one.Resource))).ToList();
        output.WriteLine(string.Join(", ", counts));
        Assert.All(counts, count => Assert.True(count is { Warned: > 10, Silent: > 10 }, $"{count}"));
    }

    [KitFact]
    public async Task The_scale_of_a_workload_is_not_judged()
    {
        var room = new Labelled("work-scale", "warn=restricted");
        await room.Create(cluster.Api);
        var body = Workloads.Of("deployments.apps", JsonNode.Parse("""{"metadata":{},"spec":{"containers":[{"name":"a","image":"i"}]}}""")!.AsObject());
        body["spec"]!["replicas"] = 0;
        (await cluster.Api.Create($"/apis/apps/v1/namespaces/{room.Name}/deployments", body)).Expect();

        var scale = await cluster.Api.Merge($"/apis/apps/v1/namespaces/{room.Name}/deployments/w/scale?dryRun=All", JsonNode.Parse("""{"spec":{"replicas":0}}""")!);
        var label = await cluster.Api.Merge($"/apis/apps/v1/namespaces/{room.Name}/deployments/w?dryRun=All", JsonNode.Parse("""{"metadata":{"labels":{"a":"b"}}}""")!);

        var request = new PodSecurityRequest { Namespace = "", Operation = "UPDATE", Resource = "deployments.apps", Object = Labelled.Element(body) };
        Assert.Equal(PluginAnswer.Of(room.Judge(request with { SubResource = "scale" })), PluginAnswer.Of(scale));
        Assert.Equal(PluginAnswer.Of(room.Judge(request)), PluginAnswer.Of(label));
        Assert.NotEqual(PluginAnswer.Of(label), PluginAnswer.Of(scale));
    }
}
