using System.Runtime.Versioning;
using System.Security.Cryptography;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Tests.Shipping;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>The key's file: made once, for its owner only; what can't be used is one clear line.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AuditKeyFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-key-").FullName;

    private string File => Path.Combine(folder, "sub", "audit.key");

    [Fact]
    public void It_is_made_at_the_first_start_for_its_owner_only_and_read_at_the_next()
    {
        var log = new LogLines();
        var first = AuditKeyFile.Open(File, log).Current().Current.Public;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(first.Id, AuditKeyFile.Open(File, log).Current().Current.Public.Id);
        Assert.Contains($"made the audit key {File}, id {first.ShortId}", Assert.Single(log.All), StringComparison.Ordinal);
        Assert.Equal(["audit.key"], Directory.GetFiles(Path.GetDirectoryName(File)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Processes_that_start_together_have_one_key()
    {
        var ids = new string[16];
        Parallel.For(0, ids.Length, i => ids[i] = AuditKeyFile.Open(File, NullLogger.Instance).Current().Current.Public.Id);
        Assert.Single(ids.Distinct());
    }

    [Theory]
    [InlineData("", "no PEM block in it")]
    [InlineData("garbage", "no PEM block in it")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "block 1 is no private ECDSA key on the curve P-256")]
    public void What_is_no_key_is_one_line(string text, string says) => AssertRefused(text, says);

    [Fact]
    public void A_key_of_another_curve_or_kind_is_one_line()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var twist = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var rsa = RSA.Create(2048);
        using var right = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var pem in new[] { other.ExportPkcs8PrivateKeyPem(), twist.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), right.ExportSubjectPublicKeyInfoPem() })
            AssertRefused(pem, "block 1 is no private ECDSA key on the curve P-256");
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_may_read_or_change_is_one_line(UnixFileMode more)
    {
        AuditKeyFile.Open(File, NullLogger.Instance);
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        var error = Assert.Throws<AuditKeyException>(() => AuditKeyFile.Open(File, NullLogger.Instance));
        Assert.EndsWith($"run: chmod 600 {File}", error.Message, StringComparison.Ordinal);
        // As the kubelet mounts a Secret for a pod's group.
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        AuditKeyFile.Open(File, NullLogger.Instance);
    }

    [Fact]
    public void Keys_that_other_tools_made_are_read()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var pem in new[] { ecdsa.ExportPkcs8PrivateKeyPem(), "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ecdsa.ExportECPrivateKeyPem() })
            Assert.Equal(AuditKeys.ReadPublic(ecdsa.ExportSubjectPublicKeyInfoPem(), "it")[0].Id, AuditKeys.Read(pem, "it").Current.Public.Id);
    }

    [Fact]
    public void A_file_that_changes_is_noticed_and_one_that_is_spoilt_leaves_the_key()
    {
        var log = new LogLines();
        var file = AuditKeyFile.Open(File, log);
        var before = file.Current();
        var next = before.Rotate();
        AuditKeyFile.Replace(File, next);
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UnixEpoch);
        Assert.Equal((next.Current.Public.Id, before.Current.Public.Id), (file.Current().Current.Public.Id, Assert.Single(file.Current().Old).Public.Id));
        System.IO.File.WriteAllText(File, "half");
        Assert.Equal(next.Current.Public.Id, file.Current().Current.Public.Id);
        file.Current();
        Assert.Equal(["Information: made", "Information: the", "Warning: audit"], log.All.Select(line => string.Join(' ', line.Split(' ')[..2])));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void AssertRefused(string text, string says)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.Delete(File);
        System.IO.File.WriteAllText(File, text);
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var error = Assert.Throws<AuditKeyException>(() => AuditKeyFile.Open(File, NullLogger.Instance));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }
}
