using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>The half of an audit key that an auditor holds: ECDSA on the curve P-256. Immutable, thread safe.</summary>
public sealed class AuditPublicKey
{
    /// <summary>The curve P-256 by its object identifier.</summary>
    private const string P256 = "1.2.840.10045.3.1.7";

    private const int MostKnown = 64;

    /// <summary>Every checkpoint carries its key, and there are few keys.</summary>
    private static readonly ConcurrentDictionary<string, AuditPublicKey> Known = new(StringComparer.Ordinal);

    private readonly byte[] info;
    private readonly ECParameters parameters;

    private AuditPublicKey(byte[] info, ECParameters parameters)
    {
        this.info = info;
        this.parameters = parameters;
        Id = Convert.ToHexStringLower(SHA256.HashData(info));
    }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo in DER, 64 hex digits.</summary>
    public string Id { get; }

    /// <summary>The id's first 16 digits, for people.</summary>
    public string ShortId => Id[..16];

    /// <summary>The SubjectPublicKeyInfo in DER, base64.</summary>
    public string Base64 => Convert.ToBase64String(info);

    /// <summary>The block <c>PUBLIC KEY</c> that tools such as openssl read.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", info) + "\n";

    /// <summary>Whether the signature (DER) is this key's over the text.</summary>
    public bool Verify(string text, byte[] signature)
    {
        try
        {
            using var ecdsa = ECDsa.Create(parameters);
            return ecdsa.VerifyData(Encoding.ASCII.GetBytes(text), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Null when that is no key on P-256.</summary>
    internal static AuditPublicKey? FromBase64(string text)
    {
        if (Known.TryGetValue(text, out var known)) return known;
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text), out _);
            var key = Of(ecdsa);
            if (key is not null && Known.Count < MostKnown) Known.TryAdd(text, key);
            return key;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Null when the key is on another curve than P-256.</summary>
    internal static AuditPublicKey? Of(ECDsa ecdsa)
    {
        var parameters = ecdsa.ExportParameters(includePrivateParameters: false);
        return parameters.Curve.IsNamed && parameters.Curve.Oid.Value == P256 ? new AuditPublicKey(ecdsa.ExportSubjectPublicKeyInfo(), parameters) : null;
    }
}
