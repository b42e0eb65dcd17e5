using System.Net;
using System.Net.Sockets;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>Bad configuration ends with one clear line for each mistake and exit code 2 or 3.</summary>
[Collection("stage")]
public sealed class BadConfigurationTests(Stage stage) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-bad-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [KitFact]
    public async Task An_unreachable_API_server_ends_with_3()
    {
        var config = Path.Join(folder, "kubeconfig");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(stage.Cluster.Kubeconfig)).Replace($":{stage.Cluster.Port}", $":{Ports.Take(1)}", StringComparison.Ordinal));

        await AssertEndsAsync(3, "127.0.0.1", "--kubeconfig", config);
    }

    [KitFact]
    public async Task A_wrong_CA_ends_with_3()
    {
        var config = Path.Join(folder, "kubeconfig");
        var text = await File.ReadAllTextAsync(stage.Cluster.Kubeconfig);
        var authority = text.Split("certificate-authority: \"")[1].Split('"')[0];
        await File.WriteAllTextAsync(config, text.Replace(authority, Path.Join(stage.Webhook.CertDir, "ca.crt"), StringComparison.Ordinal));

        await AssertEndsAsync(3, "certificate", "--kubeconfig", config);
    }

    [KitFact]
    public async Task A_taken_port_ends_with_2()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        await AssertEndsAsync(2, "in use", "--standalone", Samples, "--listen", listener.LocalEndpoint.ToString()!);
    }

    [KitFact]
    public async Task All_mistakes_of_policy_files_are_named_with_file_and_line()
    {
        await File.WriteAllTextAsync(Path.Join(folder, "policy.yaml"), """
            apiVersion: coral.io/v1alpha1
            kind: InjectionPolicy
            metadata: {name: p}
            spec:
              modes: {allowed: [restricted, ebpf-minimum]}
              onMismatch: explode
              typo: 1
            """);
        await File.WriteAllTextAsync(Path.Join(folder, "broken.yaml"), "a: [1\nb: 2\n");

        var result = await WebhookProcess.Run("serve", "--standalone", folder, "--spool", Path.Join(folder, "spool"), "--cert-dir", Path.Join(folder, "certs"));

        Assert.Equal(2, result.ExitCode);
        foreach (var part in new[] { "policy.yaml:5", "ebpf-minimum", "policy.yaml:6", "explode", "policy.yaml:7", "typo", "broken.yaml:" }) Assert.Contains(part, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [KitFact]
    public async Task All_mistakes_of_a_pod_security_configuration_are_named_with_file_and_line()
    {
        var config = Path.Join(folder, "pss.yaml");
        await File.WriteAllTextAsync(config, """
            apiVersion: pod-security.admission.config.k8s.io/v1
            kind: PodSecurityConfiguration
            defaults: {enforce: strict}
            exemptions: {namespace: [builds]}
            """);

        var result = await WebhookProcess.Run("serve", "--kubeconfig", stage.Cluster.Kubeconfig, "--pod-security-config", config, "--spool", Path.Join(folder, "spool"), "--cert-dir", Path.Join(folder, "certs"));

        Assert.Equal(2, result.ExitCode);
        foreach (var part in new[] { "pss.yaml:3", "strict", "pss.yaml:4", "namespaces" }) Assert.Contains(part, result.Errors, StringComparison.Ordinal);
        await AssertEndsAsync(2, "nowhere.yaml", "--kubeconfig", stage.Cluster.Kubeconfig, "--pod-security-config", Path.Join(folder, "nowhere.yaml"));
        await AssertEndsAsync(2, "put the document into the folder", "--standalone", Samples, "--pod-security-config", config);
    }

    [KitFact]
    public async Task A_folder_that_is_not_there_and_unknown_options_end_with_2()
    {
        await AssertEndsAsync(2, "nowhere", "--standalone", Path.Join(folder, "nowhere"));
        await AssertEndsAsync(2, "--no-such-option", "--no-such-option");
    }

    [KitFact]
    public async Task A_spool_that_another_process_has_ends_with_2()
    {
        var result = await WebhookProcess.Run("serve", "--standalone", Samples, "--spool", stage.Webhook.Spool, "--cert-dir", Path.Join(folder, "certs"), "--listen", $"127.0.0.1:{Ports.Take(1)}", "--metrics-listen", "none");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(stage.Webhook.Spool, result.Errors, StringComparison.Ordinal);
    }

    private static string Samples => Path.Join(Stage.Root, "manifests", "samples", "standalone");

    private async Task AssertEndsAsync(int code, string text, params string[] arguments)
    {
        var result = await WebhookProcess.Run(["serve", "--spool", Path.Join(folder, "spool"), "--cert-dir", Path.Join(folder, "certs"), "--metrics-listen", "none", .. arguments]);

        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Errors}");
        Assert.Contains(text, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
