using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Policies.Tests.Decisions;

/// <summary>The catalogue against the source documents' tables (rows K-21 to K-37) and what Pod Security really says.</summary>
public sealed class VariantTests
{
    [Theory]
    [InlineData("restricted", "", false, "restricted")]
    [InlineData("ebpf-minimal", "BPF,PERFMON,NET_ADMIN,SYS_RESOURCE", false, "baseline")]
    [InlineData("ebpf-full", "SYS_ADMIN,SYS_PTRACE,NET_ADMIN,SYS_RESOURCE", false, "baseline")]
    [InlineData("ebpf-privileged", "", true, "privileged")]
    public void K34_K37_capabilities_are_the_tables(string name, string capabilities, bool privileged, string nominal)
    {
        var variant = VariantCatalogue.Shipped.Find(name)!;
        var context = variant.Container.GetProperty("securityContext");
        var adds = context.TryGetProperty("capabilities", out var stated) && stated.TryGetProperty("add", out var add) ? add.EnumerateArray().Select(item => item.GetString()!).ToList() : [];
        if (variant.MemlockCapability is { } memlock) adds.Add(memlock);

        Assert.Equal(capabilities, string.Join(',', adds));
        Assert.Equal(privileged, context.GetProperty("privileged").GetBoolean());
        Assert.Equal(nominal, variant.NominalLevel.ToText());
    }

    [Theory]
    [InlineData("restricted", "mesh,connect,exec-nsenter,exec-cri,ebpf")]
    [InlineData("ebpf-minimal", "connect,exec-nsenter,exec-cri")]
    [InlineData("ebpf-full", "connect,exec-cri")]
    [InlineData("ebpf-privileged", "connect,exec-cri")]
    public void K21_K33_what_a_variant_lacks_follows_from_its_capabilities(string name, string lacks)
    {
        Assert.Equal(lacks, string.Join(',', VariantCatalogue.Shipped.Find(name)!.Lacks));
    }

    [Fact]
    public void The_restricted_variant_satisfies_every_level_at_every_version()
    {
        foreach (var level in Enum.GetValues<Level>())
        {
            for (var minor = 0; minor <= KubernetesVersion.NewestKnown.Minor; minor++) Assert.True(Verdict("restricted", level, minor).Allowed);
        }
    }

    [Theory]
    [InlineData("ebpf-minimal")]
    [InlineData("ebpf-full")]
    [InlineData("ebpf-privileged")]
    public void C1_every_other_variant_is_refused_from_baseline_on_at_every_version(string name)
    {
        for (var minor = 0; minor <= KubernetesVersion.NewestKnown.Minor; minor++)
        {
            Assert.True(Verdict(name, Level.Privileged, minor).Allowed);
            Assert.False(Verdict(name, Level.Baseline, minor).Allowed);
            Assert.False(Verdict(name, Level.Restricted, minor).Allowed);
        }
    }

    [Fact]
    public void K15_K17_ports_are_declared_and_4319_is_not()
    {
        foreach (var variant in VariantCatalogue.Shipped.Variants)
        {
            var ports = variant.Container.GetProperty("ports").EnumerateArray().ToList();
            Assert.Equal([4317, 4318, 9001], ports.Select(port => port.GetProperty("containerPort").GetInt32()));
            Assert.All(ports, port => Assert.False(port.TryGetProperty("hostPort", out _)));
        }
    }

    [Fact]
    public void C12_C13_the_colonys_secret_is_optional()
    {
        foreach (var variant in VariantCatalogue.Shipped.Variants)
        {
            var secrets = variant.Container.GetProperty("env").EnumerateArray().Where(entry => entry.TryGetProperty("valueFrom", out var from) && from.TryGetProperty("secretKeyRef", out _))
                .Select(entry => entry.GetProperty("valueFrom").GetProperty("secretKeyRef")).ToList();
            Assert.Equal(["colony_id", "colony_secret"], secrets.Select(secret => secret.GetProperty("key").GetString()));
            Assert.All(secrets, secret => Assert.Equal(("coral-colony-secret", true), (secret.GetProperty("name").GetString(), secret.GetProperty("optional").GetBoolean())));
        }
    }

    [Fact]
    public void The_sidecar_never_receives_the_applications_token_and_mounts_nothing_of_the_host()
    {
        foreach (var variant in VariantCatalogue.Shipped.Variants)
        {
            Assert.Contains(variant.Container.GetProperty("volumeMounts").EnumerateArray(), mount => mount.GetProperty("mountPath").GetString() == "/var/run/secrets/kubernetes.io/serviceaccount");
            Assert.All(variant.Volumes.EnumerateArray(), volume => Assert.True(volume.TryGetProperty("emptyDir", out _)));
            Assert.True(variant.Container.GetProperty("securityContext").GetProperty("readOnlyRootFilesystem").GetBoolean());
        }
    }

    private static Verdict Verdict(string name, Level level, int minor)
    {
        var variant = VariantCatalogue.Shipped.Find(name)!;
        var view = new PodView(JsonDocument.Parse(Some.HardenedPod).RootElement).With(variant.Container, ContainerKind.Init, variant.Volumes);
        return PodSecurityEvaluator.Evaluate(view, level, PolicyVersion.V1(minor));
    }
}
