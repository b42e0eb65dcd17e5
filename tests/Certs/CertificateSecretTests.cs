using System.Text;
using System.Text.Json;
using Coral.Testing;

namespace Coral.Certs.Tests;

public sealed class CertificateSecretTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void A_secret_has_the_shape_that_the_api_server_takes()
    {
        var json = Encoding.UTF8.GetString(CertificateSecret.Write(new("ca", "cakey", "crt", "key"), "coral-system", "coral-webhook-tls", resourceVersion: "7"));

        Assert.Equal(
            """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"coral-webhook-tls","namespace":"coral-system","resourceVersion":"7"},"type":"kubernetes.io/tls","""
            + """ "data":{"ca.crt":"Y2E=","ca.key":"Y2FrZXk=","tls.crt":"Y3J0","tls.key":"a2V5"}}""".TrimStart(),
            json);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var set = CertificateSet.Empty.Settle(ServingNames.Of("hook"), CertificateLifetimes.Default, clock, "").Set;

        Assert.Equal(set, CertificateSecret.Read(Parse(Encoding.UTF8.GetString(CertificateSecret.Write(set, "a", "b", resourceVersion: null)))));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"other":"YQ=="}}""")]
    [InlineData("""{"data":{"tls.crt":"","tls.key":"","ca.crt":null}}""")]
    public void A_secret_without_entries_is_empty(string json) => Assert.Equal(CertificateSet.Empty, CertificateSecret.Read(Parse(json)));

    [Fact]
    public void All_broken_entries_are_named_at_once()
    {
        var error = Assert.Throws<CertificateException>(() => CertificateSecret.Read(Parse("""{"data":{"tls.crt":"%","tls.key":7,"ca.crt":"YQ=="}}""")));

        Assert.Equal(
            [
                "data[tls.crt] of the Secret is not base64: put the PEM text there in base64, or remove it",
                "data[tls.key] of the Secret is not base64: put the PEM text there in base64, or remove it",
            ],
            error.Problems.AsEnumerable());
    }

    [Fact]
    public void Two_replicas_that_share_a_secret_share_one_authority()
    {
        var first = CertificateSet.Empty.Settle(ServingNames.Of("hook"), CertificateLifetimes.Default, clock, "Secret a/b: ");
        var second = first.Set.Settle(ServingNames.Of("hook"), CertificateLifetimes.Default, clock, "Secret a/b: ");

        Assert.Null(second.Made);
        Assert.Equal(first.Serving.CaBundlePem, second.Serving.CaBundlePem);
        Assert.Equal(first.Serving.Certificate.Thumbprint, second.Serving.Certificate.Thumbprint);
    }

    [Fact]
    public void Keys_do_not_show_when_a_set_is_printed()
    {
        var settled = CertificateSet.Empty.Settle(ServingNames.Of("hook"), CertificateLifetimes.Default, clock, "");

        Assert.DoesNotContain("PRIVATE KEY", settled.ToString());
        Assert.DoesNotContain("PRIVATE KEY", settled.Set.ToString());
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
