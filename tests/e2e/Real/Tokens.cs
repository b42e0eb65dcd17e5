using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Real;

/// <summary>Who a process is to the API server.</summary>
internal static class Tokens
{
    /// <summary>Writes a kubeconfig with the token of an account of coral-system and nothing else.</summary>
    internal static async Task<string> ConfigAsync(KitCluster cluster, string account, string file)
    {
        var token = (await cluster.Kubectl("create", "token", account, "-n", "coral-system")).Trim();
        var config = JsonNode.Parse(await cluster.Kubectl("config", "view", "--raw", "-o", "json"))!;
        config["users"]![0]!["user"] = new JsonObject { ["token"] = token };
        await File.WriteAllTextAsync(file, config.ToJsonString());
        return file;
    }
}
