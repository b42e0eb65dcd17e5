using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

public sealed class PolicyVersionTests
{
    [Theory]
    [InlineData("latest")]
    [InlineData("v1.0")]
    [InlineData("v1.9")]
    [InlineData("v1.37")]
    [InlineData("v1.9223372036854775807")]
    public void Good_versions_are_read_and_written_back(string text)
    {
        Assert.True(PolicyVersion.TryParse(text, out var version));
        Assert.Equal(text, version.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Latest")]
    [InlineData("1.30")]
    [InlineData("v1")]
    [InlineData("v1.")]
    [InlineData("v1.01")]
    [InlineData("v1.00")]
    [InlineData("v1.-1")]
    [InlineData("v1.+1")]
    [InlineData("v1.3 ")]
    [InlineData("v1.3.1")]
    [InlineData("v2.0")]
    [InlineData("V1.3")]
    [InlineData("v1.\u0663")]
    [InlineData("v1.9223372036854775808")]
    public void Anything_else_is_latest_with_an_error(string text)
    {
        Assert.False(PolicyVersion.TryParse(text, out var version));
        Assert.True(version.IsLatest);
    }

    [Theory]
    [InlineData("latest", null, "v1.37")]
    [InlineData("v1.99", null, "v1.37")]
    [InlineData("v1.20", null, "v1.20")]
    [InlineData("latest", 36, "v1.36")]
    [InlineData("v1.37", 36, "v1.36")]
    [InlineData("v1.20", 36, "v1.20")]
    [InlineData("latest", 40, "v1.37")]
    public void A_version_is_clamped_to_what_both_sides_know(string text, int? serverMinor, string expected) =>
        Assert.Equal(expected, Pods.Version(text).Clamp(serverMinor is { } minor ? new KubernetesVersion(1, minor) : null).ToString());
}
