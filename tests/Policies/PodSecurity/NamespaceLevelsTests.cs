using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

public sealed class NamespaceLevelsTests
{
    private static readonly PodSecurityDefaults Strict = new()
    {
        Enforce = new(Level.Baseline, Pods.Version("v1.30")),
        Audit = new(Level.Restricted, default),
        Warn = new(Level.Baseline, Pods.Version("v1.31")),
    };

    [Fact]
    public void Without_labels_the_defaults_stand()
    {
        Assert.Equal("privileged:latest privileged:latest privileged:latest", Read());
        Assert.Equal("baseline:v1.30 restricted:latest baseline:v1.31", Read(Strict));
        Assert.Equal(SettingOrigin.Default, NamespaceLevels.Read(new Dictionary<string, string>(), Strict).Enforce.LevelOrigin);
    }

    [Fact]
    public void Each_label_stands_for_itself()
    {
        Assert.Equal(
            "baseline:v1.20 restricted:v1.21 privileged:v1.22",
            Read("enforce=baseline", "enforce-version=v1.20", "audit=restricted", "audit-version=v1.21", "warn=privileged", "warn-version=v1.22"));
        Assert.Equal("privileged:v1.20 privileged:latest privileged:latest", Read("enforce-version=v1.20"));
        Assert.Equal("restricted:v1.30 restricted:latest restricted:v1.30", Read(Strict, "enforce=restricted"));
    }

    [Theory]
    [InlineData("restricted:latest", "enforce=restricted")]
    [InlineData("restricted:v1.20", "enforce=restricted", "enforce-version=v1.20")]
    [InlineData("restricted:v1.7", "enforce=restricted", "enforce-version=v1.20", "warn-version=v1.7")]
    [InlineData("privileged:latest", "enforce=restricted", "warn=privileged")]
    [InlineData("baseline:latest", "enforce=restricted", "enforce-version=v1.20", "warn=baseline")]
    public void Warn_takes_over_a_stricter_enforce(string expected, params string[] labels) => Assert.EndsWith(" " + expected, Read(labels));

    [Fact]
    public void Warn_keeps_a_default_that_is_as_strict() => Assert.Equal("baseline:v1.40 restricted:latest baseline:v1.31", Read(Strict, "enforce=baseline", "enforce-version=v1.40"));

    [Fact]
    public void The_origin_of_each_part_is_told()
    {
        var levels = Levels(PodSecurityDefaults.BuiltIn, "enforce=restricted", "warn-version=v1.7");

        Assert.Equal((SettingOrigin.Label, SettingOrigin.Default), (levels.Enforce.LevelOrigin, levels.Enforce.VersionOrigin));
        Assert.Equal((SettingOrigin.Default, SettingOrigin.Default), (levels.Audit.LevelOrigin, levels.Audit.VersionOrigin));
        Assert.Equal((SettingOrigin.Enforce, SettingOrigin.Label), (levels.Warn.LevelOrigin, levels.Warn.VersionOrigin));
    }

    [Fact]
    public void Unreadable_labels_fall_to_the_strict_side_for_enforce_and_to_the_open_side_else()
    {
        var levels = Levels(Strict, "enforce=Baseline", "enforce-version=1.30", "audit=", "warn=none", "warn-version=v1.01");

        Assert.Equal("restricted:latest", levels.Enforce.Value.ToString());
        Assert.Equal("privileged:latest", levels.Audit.Value.ToString());
        Assert.Equal("privileged:latest", levels.Warn.Value.ToString());
        const string Expected =
            """
            metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "Baseline": must be one of privileged, baseline, restricted
            metadata.labels[pod-security.kubernetes.io/enforce-version]: Invalid value: "1.30": must be "latest" or "v1.x"
            metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "": must be one of privileged, baseline, restricted
            metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: "none": must be one of privileged, baseline, restricted
            metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "v1.01": must be "latest" or "v1.x"
            """;
        Assert.Equal(Expected, string.Join('\n', levels.Problems));
    }

    [Fact]
    public void Exemptions_are_found_in_the_api_servers_order()
    {
        var defaults = new PodSecurityDefaults { Namespaces = ["kube-system"], Usernames = ["ann"], RuntimeClasses = ["kata"] };

        Assert.Equal(PodSecurityExemption.Namespace, defaults.Exempts("kube-system", "ann", "kata"));
        Assert.Equal(PodSecurityExemption.User, defaults.Exempts("shop", "ann", "kata"));
        Assert.Equal(PodSecurityExemption.RuntimeClass, defaults.Exempts("shop", "bob", "kata"));
        Assert.Equal(PodSecurityExemption.None, defaults.Exempts("shop", "Ann", null));
    }

    private static string Read(params string[] labels) => Read(PodSecurityDefaults.BuiltIn, labels);

    private static string Read(PodSecurityDefaults defaults, params string[] labels)
    {
        var levels = Levels(defaults, labels);
        Assert.Empty(levels.Problems);
        return $"{levels.Enforce.Value} {levels.Audit.Value} {levels.Warn.Value}";
    }

    private static NamespaceLevels Levels(PodSecurityDefaults defaults, params string[] labels) =>
        NamespaceLevels.Read(labels.Select(label => label.Split('=')).ToDictionary(pair => "pod-security.kubernetes.io/" + pair[0], pair => pair[1], StringComparer.Ordinal), defaults);
}
