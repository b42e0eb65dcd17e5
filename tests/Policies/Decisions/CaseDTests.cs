using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using Coral.Policies.Variants;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Case D of the acceptance list: the sidecar and Pod Security. What the API server itself makes of the patched pods is shown by DoNoHarmTests.</summary>
public sealed class CaseDTests
{
    private static readonly string[] Levels = ["privileged", "baseline", "restricted"];

    private static readonly string[] Modes = ["auto", "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged"];

    [Fact]
    public void D1_whatever_mode_and_grant_the_final_pod_has_no_violation_that_it_had_not()
    {
        foreach (var (level, mode) in Levels.SelectMany(level => Modes.Select(mode => (level, mode))))
        {
            var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(level, ("coral.io/mode", mode)), policies: Some.Policy() with { RaiseModes = ["ebpf-minimal", "ebpf-full", "ebpf-privileged"] }));
            Assert.Equal(Outcome.Injected, decision.Outcome);
            var after = PodSecurityEvaluator.Evaluate(new PodView(Some.Json(Patched.Pod(Some.HardenedPod, decision))), decision.Level!.Value.Level, decision.Level.Value.Version);
            Assert.True(after.Allowed, $"{level} {mode}: {after.ForbiddenText(decision.Level.Value.Asked)}");
        }
    }

    [Fact]
    public void D2_in_baseline_nothing_is_added_that_baseline_knows_of()
    {
        string[] admitted = ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"];
        foreach (var mode in Modes)
        {
            var decision = Some.Decide(facts: Some.Cluster(Some.Namespace("baseline", ("coral.io/mode", mode))));
            var context = Patched.Sidecar(decision).GetProperty("securityContext");
            if (context.GetProperty("capabilities").TryGetProperty("add", out var add)) Assert.All(add.EnumerateArray(), name => Assert.Contains(name.GetString(), admitted));
            var spec = Some.Json(Patched.Pod(Some.HardenedPod, decision)).GetProperty("spec");
            Assert.All(spec.GetProperty("volumes").EnumerateArray(), volume => Assert.False(volume.TryGetProperty("hostPath", out _)));
            Assert.False(spec.TryGetProperty("hostPID", out _));
            Assert.Equal("RuntimeDefault", context.GetProperty("seccompProfile").GetProperty("type").GetString());
            Assert.False(context.GetProperty("privileged").GetBoolean());
        }
    }

    [Theory]
    [InlineData("", "", "restricted", "v1.36", LevelOrigin.Assumed, true)]
    [InlineData("baselin", "", "restricted", "v1.36", LevelOrigin.Label, true)]
    [InlineData("baseline", "v1.24", "baseline", "v1.24", LevelOrigin.Label, false)]
    [InlineData("baseline", "latest", "baseline", "v1.36", LevelOrigin.Label, false)]
    [InlineData("baseline", "v1.999", "baseline", "v1.36", LevelOrigin.Label, false)]
    [InlineData("baseline", "1.24", "baseline", "v1.36", LevelOrigin.Label, true)]
    public void D3_odd_labels_count_as_the_API_server_counts_them(string enforce, string version, string level, string evaluated, LevelOrigin origin, bool warned)
    {
        var scope = version.Length > 0 ? Some.Namespace(enforce, ("pod-security.kubernetes.io/enforce-version", version)) : Some.Namespace(enforce);
        var decision = Some.Decide(facts: Some.Cluster(scope));

        Assert.Equal((level, evaluated, origin), (decision.Level!.Value.Level.ToText(), decision.Level.Value.Version.ToString(), decision.Level.Value.Origin));
        Assert.Equal(warned, !decision.Warnings.IsEmpty);
    }

    [Fact]
    public void D3_stricter_warn_and_audit_do_not_decide()
    {
        var scope = Some.Namespace("privileged", ("pod-security.kubernetes.io/warn", "restricted"), ("pod-security.kubernetes.io/audit", "restricted"));
        Assert.Equal("ebpf-minimal", Some.Decide(facts: Some.Cluster(scope)).Variant);
    }

    [Fact]
    public void D4_a_root_variant_overrides_a_pods_run_as_non_root()
    {
        // Some.HardenedPod says runAsNonRoot for the whole pod: a root container that inherited it would never start.
        var context = Patched.Sidecar(Some.Decide()).GetProperty("securityContext");
        Assert.Equal((0, false), (context.GetProperty("runAsUser").GetInt32(), context.GetProperty("runAsNonRoot").GetBoolean()));
    }

    [Fact]
    public void D5_the_sidecar_states_every_field_that_it_would_inherit()
    {
        const string Pod = """
            {"metadata":{"name":"p"},"spec":{"securityContext":{"runAsUser":0,"runAsGroup":0,"fsGroup":2000,"runAsNonRoot":false,"seccompProfile":{"type":"Unconfined"}},
             "containers":[{"name":"a","image":"i"}]}}
            """;
        foreach (var level in Levels)
        {
            var sidecar = Patched.Sidecar(Some.Decide(Pod, Some.Cluster(Some.Namespace(level))), Pod).GetProperty("securityContext");
            foreach (var field in new[] { "runAsUser", "runAsGroup", "runAsNonRoot", "allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "capabilities" })
            {
                Assert.True(sidecar.TryGetProperty(field, out _), $"{level}: {field}");
            }

            Assert.Equal("RuntimeDefault", sidecar.GetProperty("seccompProfile").GetProperty("type").GetString());
        }
    }

    [Fact]
    public void D5_what_a_container_cannot_mend_in_its_pod_stays_the_pods_own()
    {
        // SELinux and AppArmor of the pod reach the sidecar too; a type that the level refuses refuses the pod with and without us.
        const string Pod = """{"metadata":{"name":"p"},"spec":{"securityContext":{"seLinuxOptions":{"type":"spc_t"}},"containers":[{"name":"a","image":"i"}]}}""";
        var decision = Some.Decide(Pod, Some.Cluster(Some.Namespace("baseline")));
        Assert.Equal(Outcome.Injected, decision.Outcome);
        Assert.Equal(decision.Before!.Violations.Select(violation => violation.Check), decision.After!.Violations.Select(violation => violation.Check));
    }

    [Fact]
    public void D6_the_applications_capabilities_are_never_copied()
    {
        const string Pod = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i","securityContext":{"capabilities":{"add":["NET_RAW","SYS_TIME"]}}}]}}""";
        var added = Patched.Sidecar(Some.Decide(Pod), Pod).GetProperty("securityContext").GetProperty("capabilities").GetProperty("add").EnumerateArray().Select(name => name.GetString());
        Assert.Equal(["BPF", "PERFMON", "NET_ADMIN"], added);
    }

    [Fact]
    public void D7_a_pod_that_is_refused_anyway_is_neither_mended_nor_made_worse()
    {
        const string Pod = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i","securityContext":{"privileged":true}}]}}""";
        var decision = Some.Decide(Pod, Some.Cluster(Some.Namespace("restricted")));
        Assert.False(decision.Before!.Allowed);
        Assert.Equal(decision.Before.Violations.AsEnumerable(), decision.After!.Violations.AsEnumerable());
        Assert.True(Some.Json(Patched.Pod(Pod, decision)).GetProperty("spec").GetProperty("containers")[0].GetProperty("securityContext").GetProperty("privileged").GetBoolean());
    }

    [Theory]
    [InlineData("baseline", "ebpf-full", null, "restricted", Reasons.ModeNotAdmitted)]
    [InlineData("baseline", "ebpf-full", "ebpf-full", "restricted", Reasons.ModeNotAdmitted)]
    [InlineData("privileged", "ebpf-full", null, "ebpf-minimal", Reasons.ModeNotGranted)]
    [InlineData("privileged", "ebpf-full", "ebpf-full", "ebpf-full", Reasons.ModeGranted)]
    public void D8_a_mode_above_the_level_is_lowered_with_a_warning_and_raised_only_by_a_policy(string level, string mode, string? granted, string variant, string reason)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(level, ("coral.io/mode", mode)), policies: Some.Policy() with { RaiseModes = granted is null ? [] : [granted] }));
        Assert.Equal((variant, reason), (decision.Variant, decision.Reason));
        Assert.Equal(variant != mode, decision.Warnings.Any(warning => warning.Contains($"mode {mode} is not possible ({reason})", StringComparison.Ordinal)));
    }

    [Fact]
    public void D9_after_a_namespace_is_tightened_new_pods_step_down_and_old_ones_stay_intact()
    {
        var before = Some.Decide();
        var tightened = Some.Cluster(Some.Namespace("restricted"));
        Assert.Equal(("ebpf-minimal", "restricted"), (before.Variant, Some.Decide(facts: tightened).Variant));
        Assert.Equal(Reasons.AlreadyInjected, Patched.Again(Patched.Pod(Some.HardenedPod, before), tightened).Reason);
    }

    [Theory]
    [InlineData("1000660000/10000", 1000660000)]
    [InlineData("1000660000-1000669999", 1000660000)]
    [InlineData("1000660000/1", 1000660000)]
    [InlineData("0/10000", 65532)]
    [InlineData("1000660000", 65532)]
    [InlineData("many", 65532)]
    [InlineData("2147483647/2", 65532)]
    [InlineData("5-4", 65532)]
    public void D10_on_OpenShift_the_sidecar_runs_as_the_namespaces_first_user(string range, int user)
    {
        var facts = Some.Cluster(Some.Namespace("restricted", ("openshift.io/sa.scc.uid-range", range)));
        var decision = Some.Decide(facts: facts);

        Assert.Equal(user, Patched.Sidecar(decision).GetProperty("securityContext").GetProperty("runAsUser").GetInt32());
        Assert.Equal(Reasons.AlreadyInjected, Patched.Again(Patched.Pod(Some.HardenedPod, decision), facts).Reason);
    }

    [Theory]
    [InlineData(null, "restricted", Reasons.StepDown)]
    [InlineData("ebpf-minimal", "ebpf-minimal", Reasons.ProvedMinimal)]
    public void D10_on_OpenShift_capabilities_are_added_only_where_a_policy_grants_them(string? granted, string variant, string reason)
    {
        var policy = Some.Policy() with { RaiseModes = granted is null ? [] : [granted] };
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace("privileged", ("openshift.io/sa.scc.uid-range", "1000660000/10000")), policies: policy));

        Assert.Equal((variant, reason), (decision.Variant, decision.Reason));
        if (granted is null) Assert.Contains(decision.Candidates, candidate => candidate is { Variant: "ebpf-minimal", Reason: Reasons.OpenShift });
        else Assert.Equal(0, Patched.Sidecar(decision).GetProperty("securityContext").GetProperty("runAsUser").GetInt32());
    }

    [Fact]
    public void D10_on_OpenShift_a_mode_that_is_not_granted_says_why()
    {
        var scope = Some.Namespace("privileged", ("openshift.io/sa.scc.uid-range", "1000660000/10000"), ("coral.io/mode", "ebpf-minimal"));
        var decision = Some.Decide(facts: Some.Cluster(scope));
        Assert.Equal(("restricted", Reasons.OpenShift), (decision.Variant, decision.Reason));
    }

    [Theory]
    [InlineData("CAP_BPF", "baseline")]
    [InlineData("chown", "baseline")]
    [InlineData("ALL", "baseline")]
    [InlineData("CAP_CHOWN", "baseline")]
    [InlineData("all", "restricted")]
    public void D11_capabilities_are_compared_to_the_letter(string capability, string refusedFrom)
    {
        var add = refusedFrom == "baseline";
        var capabilities = $"{{\"{(add ? "add" : "drop")}\":[\"{capability}\"]}}";
        var pod = """
            {"metadata":{"name":"p"},"spec":{"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
             "containers":[{"name":"a","image":"i","securityContext":{"allowPrivilegeEscalation":false,"capabilities":CAPABILITIES}}]}}
            """.Replace("CAPABILITIES", capabilities, StringComparison.Ordinal);
        foreach (var level in Levels)
        {
            var decision = Some.Decide(pod, Some.Cluster(Some.Namespace(level)));
            Assert.Equal(level == "privileged" || (!add && level == "baseline"), decision.Before!.Allowed);
        }
    }

    [Fact]
    public void D12_the_restricted_variant_satisfies_what_third_party_policies_ask_for()
    {
        var sidecar = VariantCatalogue.Shipped.Restricted.Container;
        var context = sidecar.GetProperty("securityContext");
        Assert.True(context.GetProperty("readOnlyRootFilesystem").GetBoolean());
        Assert.False(context.GetProperty("privileged").GetBoolean());
        foreach (var part in new[] { "requests", "limits" })
        {
            var amounts = sidecar.GetProperty("resources").GetProperty(part);
            Assert.Equal((JsonValueKind.String, JsonValueKind.String), (amounts.GetProperty("cpu").ValueKind, amounts.GetProperty("memory").ValueKind));
        }
    }
}
