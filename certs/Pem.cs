using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Certs;

/// <summary>Reads PEM text that people may have written, so that each way in which it can be wrong has a line of its own.</summary>
internal static class Pem
{
    /// <summary>All certificates of a text; empty with a problem noted when there is none or one is broken.</summary>
    public static X509Certificate2Collection Certificates(string pem, string where, ICollection<string> problems)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            if (certificates.Count == 0) problems.Add($"{where} holds no PEM certificate: put one there, or remove it");
        }
        catch (CryptographicException)
        {
            certificates.Clear();
            problems.Add($"{where} holds a broken certificate: put a valid PEM certificate there, or remove it");
        }

        return certificates;
    }

    /// <summary>The ECDSA or RSA key of a text; null with a problem noted when there is none that can be used.</summary>
    public static AsymmetricAlgorithm? Key(string pem, string where, ICollection<string> problems)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            problems.Add($"{where} is encrypted: store the key without a passphrase");
            return null;
        }

        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            problems.Add($"{where} holds no PEM private key: put one there, or remove it");
            return null;
        }

        var key = Import(ECDsa.Create(), pem) ?? Import(RSA.Create(), pem);
        if (key is null) problems.Add($"{where} holds a key that can't be read: an unencrypted ECDSA or RSA key is needed");
        return key;
    }

    /// <summary>The certificate joined with its key; null with a problem noted when they do not belong together.</summary>
    public static X509Certificate2? Join(X509Certificate2 certificate, AsymmetricAlgorithm key, string certificateWhere, string keyWhere, ICollection<string> problems)
    {
        try
        {
            return (certificate.GetKeyAlgorithm(), key) switch
            {
                (Oids.EcPublicKey, ECDsa ecdsa) => certificate.CopyWithPrivateKey(ecdsa),
                (Oids.RsaPublicKey, RSA rsa) => certificate.CopyWithPrivateKey(rsa),
                _ => throw new ArgumentException("another kind of key", nameof(key)),
            };
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            problems.Add($"{keyWhere} is not the key of {certificateWhere}: put the key there that the certificate was made for");
            return null;
        }
    }

    public static string Write(X509Certificate2Collection certificates) =>
        string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));

    public static string Write(AsymmetricAlgorithm key) => key.ExportPkcs8PrivateKeyPem() + "\n";

    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }
}
