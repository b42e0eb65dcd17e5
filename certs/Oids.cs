namespace Coral.Certs;

/// <summary>Object identifiers of RFC 5280 and RFC 5480.</summary>
internal static class Oids
{
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string RsaPublicKey = "1.2.840.113549.1.1.1";
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
}
