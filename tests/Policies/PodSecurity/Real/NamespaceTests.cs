using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>What namespace labels come to, by the warnings of the API server about a workload that breaks rules of every level.</summary>
[Collection(RealCollection.Name)]
public sealed class NamespaceTests(RealCluster cluster)
{
    private const string Template = """{"metadata":{"labels":{"app":"a"}},"spec":{"hostPID":true,"containers":[{"name":"a","image":"i"}]}}""";
    private const string Deployment = $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{{{Template}}}}}""";

    [KitFact]
    public async Task Warn_comes_from_the_labels_as_the_api_server_reads_them()
    {
        var cases = from enforce in new[] { "", "privileged", "baseline", "restricted" }
                    from enforceVersion in new[] { "", "v1.20", "v1.99" }
                    from warn in new[] { "", "privileged", "baseline", "restricted" }
                    from warnVersion in new[] { "", "v1.7" }
                    select new[] { ("enforce", enforce), ("enforce-version", enforceVersion), ("warn", warn), ("warn-version", warnVersion) };
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (parts, _) =>
        {
            var labels = parts.Where(part => part.Item2.Length > 0).ToDictionary(part => "pod-security.kubernetes.io/" + part.Item1, part => part.Item2, StringComparer.Ordinal);
            var name = "warn-" + string.Join('-', parts.Select(part => part.Item2.Length > 0 ? part.Item2.Replace('.', '-') : "x"));
            await cluster.Api.CreateNamespace(name, [.. labels.Select(label => (label.Key, label.Value))]);

            var answer = await cluster.Api.SendText(HttpMethod.Post, $"/apis/apps/v1/namespaces/{name}/deployments?dryRun=All", Deployment);

            Assert.True(answer.Ok, $"{answer}");
            var warn = NamespaceLevels.Read(labels, PodSecurityDefaults.BuiltIn).Warn;
            var verdict = PodSecurityEvaluator.Evaluate(new PodView(JsonElement.Parse(Template)), warn.Level, warn.Version.Clamp(new KubernetesVersion(1, 36)));
            Assert.Equal(verdict.WarningText(warn.Value), string.Join('\n', answer.Warnings));
        });
    }

    [KitFact]
    public async Task Unreadable_labels_are_worded_as_the_api_server_words_them()
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal)
        {
            ["pod-security.kubernetes.io/enforce"] = "Baseline",
            ["pod-security.kubernetes.io/enforce-version"] = "1.30",
            ["pod-security.kubernetes.io/audit"] = "",
            ["pod-security.kubernetes.io/warn-version"] = "v1.01",
        };
        var body = JsonSerializer.Serialize(new { metadata = new { name = "unreadable", labels } });

        var answer = await cluster.Api.SendText(HttpMethod.Post, "/api/v1/namespaces?dryRun=All", body);

        Assert.Equal(422, answer.Status);
        Assert.All(NamespaceLevels.Read(labels, PodSecurityDefaults.BuiltIn).Problems, problem => Assert.Contains(problem, answer.Message, StringComparison.Ordinal));
    }
}
