using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Coral.Testing;

namespace Coral.Certs.Tests;

[SupportedOSPlatform("linux")]
public sealed class CertificateFolderTests : IDisposable
{
    private static readonly ServingNames Names = ServingNames.Of("hook.acme");

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider clock = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_empty_folder_is_filled_and_only_its_owner_may_read_the_keys()
    {
        Directory.Delete(folder.Path);
        using var serving = Settle(out var made);

        Assert.Equal("a CA and a certificate for hook.acme", made);
        Assert.Equal(["ca.crt", "ca.key", "tls.crt", "tls.key"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal("rwx------", Mode(folder.Path));
        Assert.Equal("rw-------", Mode(folder["ca.key"]));
        Assert.Equal("rw-------", Mode(folder["tls.key"]));
        Assert.Equal("rw-r--r--", Mode(folder["ca.crt"]));
        Assert.Equal("rw-r--r--", Mode(folder["tls.crt"]));
    }

    [Fact]
    public void A_second_start_uses_what_the_first_one_made_and_writes_nothing()
    {
        using var first = Settle(out _);
        var before = Contents();
        clock.Advance(TimeSpan.FromDays(300));

        using var second = Settle(out var made);

        Assert.Null(made);
        Assert.Equal(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
        Assert.True(second.Certificate.HasPrivateKey);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_new_name_gives_a_new_leaf_of_the_same_authority()
    {
        using var first = Settle(out _);

        using var second = Settle(out var made, ServingNames.Of("hook.acme", "10.0.0.1"));

        Assert.Equal("a certificate for hook.acme, 10.0.0.1", made);
        Assert.Equal(first.CaBundlePem, second.CaBundlePem);
        Assert.True(second.Certificate.MatchesHostname("10.0.0.1"));
        Assert.Equal(second.CertificatePem, folder.Read("tls.crt"));
    }

    [Theory]
    [InlineData(325, null)]
    [InlineData(335, "a certificate for hook.acme")]
    [InlineData(400, "a certificate for hook.acme")]
    [InlineData(3280, "a certificate for hook.acme")]
    [InlineData(3290, "a CA and a certificate for hook.acme")]
    [InlineData(9000, "a CA and a certificate for hook.acme")]
    public void What_was_made_here_is_made_anew_when_less_than_a_tenth_of_its_life_is_left(int days, string? expected)
    {
        using var first = Settle(out _);
        clock.Advance(TimeSpan.FromDays(days));

        using var second = Settle(out var made);

        Assert.Equal(expected, made);
        Assert.InRange(clock.GetUtcNow(), new(second.Certificate.NotBefore), second.NotAfter);
    }

    [Fact]
    public void Certificates_from_the_future_are_made_anew()
    {
        using var first = Settle(out _);
        var past = new FakeTimeProvider(clock.GetUtcNow().AddDays(-1));

        var settled = new CertificateFolder(folder.Path, past).LoadOrCreate(Names);

        Assert.Equal("a CA and a certificate for hook.acme", settled.Made);
    }

    [Theory]
    [InlineData("ca.key", "tls.crt", "tls.key")]
    [InlineData("tls.crt", "tls.key")]
    [InlineData("tls.key")]
    public void A_start_that_was_cut_off_while_it_wrote_is_repaired_by_the_next(params string[] missing)
    {
        Settle(out _).Dispose();
        foreach (var name in missing) File.Delete(folder[name]);
        folder.Write("tls.key.new", "half a k");

        using var serving = Settle(out var made);

        Assert.NotNull(made);
        Assert.Equal("rw-------", Mode(folder["tls.key"]));
        using var again = Settle(out made);
        Assert.Null(made);
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("ca.crt")]
    public void A_certificate_of_ours_beside_an_older_key_is_repaired(string certificate)
    {
        Settle(out _).Dispose();
        using var other = new TemporaryFolder();
        new CertificateFolder(other.Path, clock).LoadOrCreate(Names).Serving.Dispose();
        folder.Write(certificate, other.Read(certificate));

        using var serving = Settle(out var made);

        Assert.NotNull(made);
        using var again = Settle(out made);
        Assert.Null(made);
    }

    [Fact]
    public void Without_the_authoritys_key_the_rest_still_serves()
    {
        Settle(out _).Dispose();
        File.Delete(folder["ca.key"]);

        using var serving = Settle(out var made);

        Assert.Null(made);
        Assert.Equal([$"{folder["tls.crt"]} is not valid for other.acme: put a certificate there whose subjectAltName has them, or serve under the names that it has"],
            Problems(ServingNames.Of("other.acme")));
    }

    [Fact]
    public void A_provided_authority_with_its_key_issues_the_leaf()
    {
        var pki = new TestPki(clock.GetUtcNow());
        folder.Write("ca.crt", TestPki.CertificatePem(pki.Root));
        folder.Write("ca.key", TestPki.KeyPem(pki.Root));

        using var serving = Settle(out var made);

        Assert.Equal("a certificate for hook.acme", made);
        Assert.Equal(TestPki.CertificatePem(pki.Root), serving.CaBundlePem);
        using var again = Settle(out made);
        Assert.Null(made);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pair_of_somebody_else_is_used_as_it_is(bool behindIntermediate)
    {
        var pki = new TestPki(clock.GetUtcNow());
        using var intermediate = pki.Intermediate();
        using var leaf = pki.Leaf(behindIntermediate ? intermediate : null);
        Provide(pki.Root, leaf, behindIntermediate ? [leaf, intermediate] : [leaf]);

        using var serving = Settle(out var made);

        Assert.Null(made);
        Assert.Equal(leaf.Thumbprint, serving.Certificate.Thumbprint);
        Assert.Equal(behindIntermediate ? 1 : 0, serving.Chain.Count);
    }

    [Fact]
    public void An_intermediate_may_be_the_trust_anchor_as_it_may_for_the_api_server()
    {
        var pki = new TestPki(clock.GetUtcNow());
        using var intermediate = pki.Intermediate();
        using var leaf = pki.Leaf(intermediate, dns: "*.acme");
        Provide(intermediate, leaf, leaf);

        using var serving = Settle(out var made);

        Assert.Null(made);
    }

    [Theory]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-384")]
    [InlineData("rsa:2048")]
    public void A_self_signed_certificate_may_be_its_own_authority(string kind)
    {
        OpenSsl.Run(["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=hook", "-addext", "subjectAltName=DNS:hook.acme", "-newkey", .. kind.Split(' '),
            "-keyout", folder["tls.key"], "-out", folder["tls.crt"]]);
        folder.Write("ca.crt", folder.Read("tls.crt"));

        var settled = new CertificateFolder(folder.Path, TimeProvider.System).LoadOrCreate(Names);

        Assert.Null(settled.Made);
        Assert.Equal(folder.Read("tls.crt"), settled.Serving.CertificatePem);
        settled.Serving.Dispose();
    }

    [Fact]
    public void A_key_in_the_older_forms_of_openssl_is_read()
    {
        OpenSsl.Run("ecparam", "-genkey", "-name", "prime256v1", "-out", folder["tls.key"]);
        OpenSsl.Run("req", "-x509", "-days", "2", "-subj", "/CN=hook", "-addext", "subjectAltName=DNS:hook.acme", "-key", folder["tls.key"], "-out", folder["tls.crt"]);
        folder.Write("ca.crt", folder.Read("tls.crt"));
        Assert.Contains("BEGIN EC PARAMETERS", folder.Read("tls.key"));

        new CertificateFolder(folder.Path, TimeProvider.System).LoadOrCreate(Names).Serving.Dispose();
    }

    [Fact]
    public void A_kind_of_key_that_we_do_not_serve_with_is_named()
    {
        OpenSsl.Run("req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=hook", "-addext", "subjectAltName=DNS:hook.acme", "-newkey", "ed25519", "-keyout", folder["tls.key"], "-out", folder["tls.crt"]);
        folder.Write("ca.crt", folder.Read("tls.crt"));

        var error = Assert.Throws<CertificateException>(() => new CertificateFolder(folder.Path, TimeProvider.System).LoadOrCreate(Names));

        Assert.Equal($"{folder["tls.key"]} holds a key that can't be read: an unencrypted ECDSA or RSA key is needed", error.Message);
    }

    [Fact]
    public void A_pair_of_somebody_else_that_does_not_fit_is_refused_with_all_reasons_and_kept()
    {
        var now = clock.GetUtcNow();
        var pki = new TestPki(now);
        using var leaf = pki.Leaf(dns: "other.acme", from: now.AddDays(-9), to: now.AddDays(-1), usage: "1.3.6.1.5.5.7.3.2");
        using var stranger = pki.Leaf();
        Provide(new TestPki(now).Root, stranger, leaf);
        var before = Contents();

        Assert.Equal(
            [
                $"{folder["tls.crt"]} expired at 2026-11-20 12:00:00Z: put a valid certificate there",
                $"{folder["tls.crt"]} is not valid for hook.acme: put a certificate there whose subjectAltName has them, or serve under the names that it has",
                $"{folder["tls.crt"]} is not issued by {folder["ca.crt"]}: put the certificate of its CA into {folder["ca.crt"]}",
                $"{folder["tls.crt"]} may not be used by a server: put a certificate there with the extended key usage serverAuth",
                $"{folder["tls.key"]} is not the key of {folder["tls.crt"]}: put the key there that the certificate was made for",
            ],
            Problems());
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_leaf_of_somebody_else_beside_our_authority_is_refused_and_kept()
    {
        Settle(out _).Dispose();
        using var leaf = new TestPki(clock.GetUtcNow()).Leaf();
        folder.Write("tls.crt", TestPki.CertificatePem(leaf));
        folder.Write("tls.key", TestPki.KeyPem(leaf));
        var before = Contents();

        Assert.Equal([$"{folder["tls.crt"]} is not issued by {folder["ca.crt"]}: put the certificate of its CA into {folder["ca.crt"]}"], Problems());
        Assert.Equal(before, Contents());
    }

    [Theory]
    [InlineData("ca.crt", "ca.crt is missing beside {0}/ca.key")]
    [InlineData("ca.crt ca.key", "ca.crt is missing beside {0}/tls.crt")]
    [InlineData("ca.crt ca.key tls.crt", "ca.crt is missing beside {0}/tls.key", "tls.crt is missing beside {0}/tls.key")]
    [InlineData("tls.crt", "tls.crt is missing beside {0}/tls.key")]
    [InlineData("ca.key tls.key", "tls.key is missing beside {0}/tls.crt")]
    public void A_missing_half_is_named(string missing, params string[] expected)
    {
        Settle(out _).Dispose();
        foreach (var name in missing.Split(' ')) File.Delete(folder[name]);

        var problems = Problems();

        Assert.Equal(expected.Length, problems.Count);
        Assert.All(expected.Zip(problems), pair => Assert.StartsWith($"{folder.Path}/{string.Format(pair.First, folder.Path)}", pair.Second));
    }

    [Fact]
    public void A_provided_authority_without_key_or_leaf_says_what_is_missing()
    {
        folder.Write("ca.crt", TestPki.CertificatePem(new TestPki(clock.GetUtcNow()).Root));

        Assert.StartsWith($"{folder["tls.crt"]} and {folder["ca.key"]} are missing beside {folder["ca.crt"]}", Assert.Single(Problems()));
    }

    [Theory]
    [InlineData("ca.crt", "holds no PEM certificate")]
    [InlineData("ca.key", "holds no PEM private key")]
    [InlineData("tls.crt", "holds no PEM certificate")]
    public void Garbage_is_named_and_kept(string name, string expected)
    {
        Settle(out _).Dispose();
        folder.Write(name, "what is this?");

        Assert.StartsWith($"{folder[name]} {expected}", Assert.Single(Problems()));
        Assert.Equal("what is this?", folder.Read(name));
    }

    [Fact]
    public void A_folder_that_can_not_be_made_is_one_clear_line()
    {
        folder.Write("file", "");
        var error = Assert.Throws<CertificateException>(() => new CertificateFolder(folder["file"] + "/certs", clock).LoadOrCreate(Names));

        Assert.StartsWith($"certificates can't be kept in {folder["file"]}/certs: ", error.Message);
        Assert.Single(error.Problems);
    }

    private ServingCertificate Settle(out string? made, ServingNames? names = null)
    {
        var settled = new CertificateFolder(folder.Path, clock).LoadOrCreate(names ?? Names);
        made = settled.Made;
        return settled.Serving;
    }

    private IReadOnlyList<string> Problems(ServingNames? names = null) => Assert.Throws<CertificateException>(() => Settle(out _, names)).Problems;

    private void Provide(X509Certificate2 authority, X509Certificate2 keyOf, params X509Certificate2[] chain)
    {
        folder.Write("ca.crt", TestPki.CertificatePem(authority));
        folder.Write("tls.crt", TestPki.CertificatePem(chain));
        folder.Write("tls.key", TestPki.KeyPem(keyOf));
    }

    private Dictionary<string, string> Contents() => Directory.GetFiles(folder.Path).Order().ToDictionary(Path.GetFullPath, File.ReadAllText);

    private static string Mode(string path)
    {
        var mode = File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((letter, i) => mode.HasFlag((UnixFileMode)(256 >> i)) ? letter : '-'));
    }
}
