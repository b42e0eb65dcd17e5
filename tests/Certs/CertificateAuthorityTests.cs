using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Coral.Testing;

namespace Coral.Certs.Tests;

public sealed class CertificateAuthorityTests
{
    private static readonly ServingNames Names = ServingNames.Of("coral-webhook.coral-system.svc", "localhost", "127.0.0.1", "::1");

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void Openssl_verifies_the_leaf_for_every_name_and_for_no_other()
    {
        // Real time, because openssl has no other.
        using var ca = CertificateAuthority.Create(TimeProvider.System, TimeSpan.FromDays(3650));
        using var leaf = ca.IssueLeaf(Names, TimeSpan.FromDays(365));
        using var folder = new TemporaryFolder();
        folder.Write("ca.crt", leaf.CaBundlePem);
        folder.Write("tls.crt", leaf.CertificatePem);

        string[] verify = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", folder["ca.crt"]];
        foreach (var name in Names.Dns) OpenSsl.Run([.. verify, "-verify_hostname", name, folder["tls.crt"]]);
        foreach (var address in Names.Addresses) OpenSsl.Run([.. verify, "-verify_ip", address.ToString(), folder["tls.crt"]]);
        Assert.NotEqual(0, OpenSsl.TryRun([.. verify, "-verify_hostname", "coral.example", folder["tls.crt"]]).Code);
        Assert.NotEqual(0, OpenSsl.TryRun([.. verify, "-verify_ip", "127.0.0.2", folder["tls.crt"]]).Code);
    }

    [Fact]
    public void The_leaf_says_what_it_is_for()
    {
        using var ca = CertificateAuthority.Create(clock, TimeSpan.FromDays(10));
        using var leaf = ca.IssueLeaf(Names, TimeSpan.FromDays(1));
        using var folder = new TemporaryFolder();
        folder.Write("tls.crt", leaf.CertificatePem);

        var text = OpenSsl.Run("x509", "-in", folder["tls.crt"], "-noout", "-text");

        Assert.Contains("DNS:coral-webhook.coral-system.svc, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", text);
        Assert.Contains("TLS Web Server Authentication", text);
        Assert.Contains("CA:FALSE", text);
        Assert.Contains("Digital Signature", text);
        Assert.Contains("ASN1 OID: prime256v1", text);
        Assert.Contains("Issuer: CN = Coral Policy CA", text);
        Assert.Contains("X509v3 Authority Key Identifier", text);
        Assert.Contains("X509v3 Subject Key Identifier", text);
        Assert.Contains("Not Before: Nov 21 11:55:00 2026 GMT", text);
        Assert.Contains("Not After : Nov 22 12:00:00 2026 GMT", text);
    }

    [Fact]
    public void The_authority_may_sign_servers_but_no_further_authorities()
    {
        using var ca = CertificateAuthority.Create(clock, TimeSpan.FromDays(3650));
        using var folder = new TemporaryFolder();
        folder.Write("ca.crt", ca.CertificatePem);

        var text = OpenSsl.Run("x509", "-in", folder["ca.crt"], "-noout", "-text");

        Assert.Contains("CA:TRUE, pathlen:0", text);
        Assert.Contains("Certificate Sign, CRL Sign", text);
        Assert.Equal(clock.GetUtcNow().AddDays(3650), ca.NotAfter);
    }

    [Fact]
    public void A_leaf_ends_with_its_authority_at_the_latest()
    {
        using var ca = CertificateAuthority.Create(clock, TimeSpan.FromDays(2));
        clock.Advance(TimeSpan.FromDays(1));

        using var leaf = ca.IssueLeaf(Names, TimeSpan.FromDays(365));

        Assert.Equal(ca.NotAfter, leaf.NotAfter);
    }

    [Fact]
    public void A_leaf_does_not_begin_before_its_authority()
    {
        using var young = TestPki.SelfSigned("CN=young", clock.GetUtcNow().AddMinutes(-1), clock.GetUtcNow().AddDays(1), ca: true);
        using var ca = CertificateAuthority.Import(clock, TestPki.CertificatePem(young), TestPki.KeyPem(young));

        using var leaf = ca.IssueLeaf(Names, TimeSpan.FromHours(1));

        Assert.Equal(young.NotBefore, leaf.Certificate.NotBefore);
    }

    [Fact]
    public void Every_certificate_has_a_serial_number_of_its_own()
    {
        using var ca = CertificateAuthority.Create(clock, TimeSpan.FromDays(2));
        var serials = Enumerable.Range(0, 200).Select(_ =>
        {
            using var leaf = ca.IssueLeaf(Names, TimeSpan.FromDays(1));
            return leaf.Certificate.SerialNumber;
        }).ToList();

        Assert.Equal(200, serials.Distinct().Count());
        Assert.All(serials, serial => Assert.InRange(Convert.ToByte(serial[..2], 16), 0x40, 0x7f));
    }

    [Fact]
    public void An_exported_authority_issues_after_its_import()
    {
        using var first = CertificateAuthority.Create(clock, TimeSpan.FromDays(2));
        using var second = CertificateAuthority.Import(clock, first.CertificatePem, first.ExportKeyPem());
        using var leaf = second.IssueLeaf(Names, TimeSpan.FromDays(1));

        Assert.Equal(first.CertificatePem, leaf.CaBundlePem);
        Assert.Empty(Fit.Chain(leaf.Certificate, [], [first.Certificate], "tls.crt", "ca.crt"));
    }

    [Fact]
    public void An_rsa_authority_of_somebody_else_issues_too()
    {
        using var theirs = TestPki.SelfSigned("CN=rsa", clock.GetUtcNow(), clock.GetUtcNow().AddDays(9), ca: true, RSA.Create(2048));
        using var ca = CertificateAuthority.Import(clock, TestPki.CertificatePem(theirs), TestPki.KeyPem(theirs));
        using var leaf = ca.IssueLeaf(Names, TimeSpan.FromDays(1));

        Assert.Empty(Fit.Chain(leaf.Certificate, [], [theirs], "tls.crt", "ca.crt"));
    }

    [Theory]
    [InlineData("garbage", "garbage", "a/ca.crt holds no PEM certificate", "a/ca.key holds no PEM private key")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "a/ca.crt holds a broken certificate", "a/ca.key holds a key that can't be read")]
    [InlineData("", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "a/ca.crt holds no PEM certificate", "a/ca.key is encrypted")]
    public void Text_that_is_no_certificate_or_key_is_named_all_at_once(string certificate, string key, params string[] expected)
    {
        var error = Assert.Throws<CertificateException>(() => CertificateAuthority.Import(clock, certificate, key, "a/ca.crt", "a/ca.key"));

        Assert.Equal(expected.Length, error.Problems.Length);
        Assert.All(expected.Zip(error.Problems), pair => Assert.StartsWith(pair.First, pair.Second));
    }

    [Fact]
    public void An_authority_that_can_not_issue_is_refused_with_all_reasons()
    {
        var now = clock.GetUtcNow();
        using var leaf = TestPki.SelfSigned("CN=no ca", now.AddDays(-9), now.AddDays(-1), ca: false);
        using var other = TestPki.SelfSigned("CN=other", now, now.AddDays(9), ca: true);

        var error = Assert.Throws<CertificateException>(() => CertificateAuthority.Import(clock, TestPki.CertificatePem(leaf), TestPki.KeyPem(other)));

        Assert.Equal(
            [
                "ca.crt is not the certificate of a CA: put one there that may sign certificates",
                "ca.crt expired at 2026-11-20 12:00:00Z: put a valid certificate there",
                "ca.key is not the key of ca.crt: put the key there that the certificate was made for",
            ],
            error.Problems.AsEnumerable());
    }
}
