using Coral.Policies.Bundles;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.Bundles;

public sealed class PodSecurityConfigurationTests
{
    private const string Inner = """
        apiVersion: pod-security.admission.config.k8s.io/v1
        kind: PodSecurityConfiguration
        defaults:
          enforce: baseline
          enforce-version: v1.30
          audit: restricted
          audit-version: latest
          warn: ""
        exemptions:
          usernames: ["system:serviceaccount:ci:builder"]
          runtimeClasses: [kata]
          namespaces: [kube-system, builds]

        """;

    [Fact]
    public void Defaults_and_exemptions_are_read()
    {
        var read = Read(Inner)!;
        Assert.Equal("baseline:v1.30 restricted:latest privileged:latest", $"{read.Enforce} {read.Audit} {read.Warn}");
        Assert.Equal(PodSecurityExemption.Namespace, read.Exempts("builds", "jane", null));
        Assert.Equal(PodSecurityExemption.User, read.Exempts("shop", "system:serviceaccount:ci:builder", "kata"));
        Assert.Equal(PodSecurityExemption.RuntimeClass, read.Exempts("shop", "jane", "kata"));
        Assert.Equal(PodSecurityExemption.None, read.Exempts("Builds", "", ""));
    }

    [Fact]
    public void The_file_of_the_api_server_holds_it_among_other_plugins()
    {
        var read = Read($"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - name: EventRateLimit
              path: event-rate.yaml
            - name: PodSecurity
              configuration:
                {Inner.Replace("\n", "\n    ", StringComparison.Ordinal)}
            """)!;
        Assert.Equal("baseline:v1.30", read.Enforce.ToString());
        Assert.Equal(["kata"], read.RuntimeClasses);
    }

    [Fact]
    public void An_api_server_without_that_plugin_in_its_file_has_the_built_in_defaults() =>
        Assert.Same(PodSecurityDefaults.BuiltIn, Read("{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration}"));

    [Fact]
    public void A_folder_without_one_says_nothing() => Assert.Null(Read("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));

    [Fact]
    public void All_mistakes_are_told_with_their_lines()
    {
        var mistakes = Assert.Throws<BundleException>(() => Read("""
            apiVersion: pod-security.admission.config.k8s.io/v1beta1
            kind: PodSecurityConfiguration
            defaults:
              enforce: strict
              enforce-version: "1.30"
              warning: baseline
            exemptions:
              usernames: [""]
              runtimeClasses: [kata, Kata]
              namespaces: [builds, builds]

            """));
        TestData.Golden("pod-security-bad.txt", TestData.Lines(mistakes.Problems));
    }

    [Fact]
    public void A_second_one_and_one_that_stands_elsewhere_are_mistakes()
    {
        var mistakes = Assert.Throws<BundleException>(() => Read(Inner + """
            ---
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - name: PodSecurity
              path: pss.yaml

            """));
        Assert.Equal(["kind", "plugins[0].path"], mistakes.Problems.Select(problem => problem.Path));
        Assert.Equal([15, 18], mistakes.Problems.Select(problem => problem.Line));
    }

    private static PodSecurityDefaults? Read(string text)
    {
        using var folder = new TemporaryFolder();
        return BundleReader.Read(folder.Write("pss.yaml", text)).PodSecurity;
    }
}
