using System.Security.Cryptography;
using System.Text;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>A key that signs checkpoints. Not thread safe.</summary>
public sealed class AuditKey : IDisposable
{
    private readonly ECDsa ecdsa;

    private AuditKey(ECDsa ecdsa, AuditPublicKey publicKey)
    {
        this.ecdsa = ecdsa;
        Public = publicKey;
    }

    /// <summary>What the auditor gets.</summary>
    public AuditPublicKey Public { get; }

    /// <summary>The block <c>PRIVATE KEY</c> (PKCS #8).</summary>
    public string Pem => ecdsa.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A new key.</summary>
    public static AuditKey Create()
    {
        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new AuditKey(ecdsa, AuditPublicKey.Of(ecdsa)!);
    }

    /// <summary>Null when the block is no private key on P-256.</summary>
    internal static AuditKey? FromPem(ReadOnlySpan<char> block)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(block);
            // A public key alone would only be found out at the first signature.
            if (AuditPublicKey.Of(ecdsa) is { } publicKey && ecdsa.ExportParameters(includePrivateParameters: true).D is not null) return new AuditKey(ecdsa, publicKey);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            // Said by the caller, who knows where it stands.
        }

        ecdsa.Dispose();
        return null;
    }

    /// <summary>The signature over a text, ECDSA with SHA-256, in DER as openssl makes and takes it.</summary>
    internal byte[] Sign(string text) => ecdsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => ecdsa.Dispose();
}
