using System.Text;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Coral.Kubernetes;

/// <summary>A credential plug-in as a kubeconfig file describes it (client.authentication.k8s.io).</summary>
/// <param name="What">What it is to a reader, with its file.</param>
/// <param name="Command">A path, or a name that is looked for in PATH.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Variables">Environment variables that it gets on top of ours.</param>
/// <param name="ApiVersion">The version that it must answer in.</param>
/// <param name="InstallHint">What the file says to a user who lacks the command.</param>
/// <param name="Info">The text of KUBERNETES_EXEC_INFO.</param>
internal sealed record ExecSpec(
    string What,
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<KeyValuePair<string, string>> Variables,
    string ApiVersion,
    string? InstallHint,
    string Info)
{
    public static ExecSpec? Read(YamlSection section, KubeconfigCluster? cluster)
    {
        var command = section.Text("command");
        if (command is null) section.Complain("has no command");
        var version = section.Text("apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            section.Complain($"has apiVersion '{version}'; supported are client.authentication.k8s.io/v1 and v1beta1", "apiVersion");
        if (section.Text("interactiveMode") == "Always")
            section.Complain("wants a terminal (interactiveMode: Always), which it cannot have here", "interactiveMode");
        var arguments = section.List("args").OfType<YamlScalarNode>().Select(node => node.Value ?? "").ToList();
        var variables = section.List("env").OfType<YamlMappingNode>()
            .Select(node => section with { Node = node })
            .Select(entry => KeyValuePair.Create(entry.Text("name") ?? "", entry.Text("value") ?? ""))
            .Where(pair => pair.Key.Length > 0)
            .ToList();
        if (command is null || version is null) return null;
        if (command.Contains(Path.DirectorySeparatorChar)) command = KubeconfigMaterial.PathOf(section, command);
        var info = WriteInfo(version, section.Flag("provideClusterInfo") ? cluster : null);
        return new($"{section.File}: {section.What}", command, arguments, variables, version, section.Text("installHint"), info);
    }

    private static string WriteInfo(string version, KubeconfigCluster? cluster)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", "ExecCredential");
            json.WriteString("apiVersion", version);
            json.WriteStartObject("spec");
            json.WriteBoolean("interactive", false);
            if (cluster is not null)
            {
                json.WriteStartObject("cluster");
                json.WriteString("server", cluster.Server.OriginalString);
                if (cluster.ServerName is not null) json.WriteString("tls-server-name", cluster.ServerName);
                if (cluster.SkipVerify) json.WriteBoolean("insecure-skip-tls-verify", true);
                if (cluster.Authority is not null) json.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(cluster.Authority()));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
