namespace Coral.Certs;

/// <summary>The four PEM texts that a folder or a Secret keeps, each null where it is not there. Immutable.</summary>
/// <param name="CaCertificate">What clients trust (<c>ca.crt</c>).</param>
/// <param name="CaKey">The CA's key (<c>ca.key</c>); absent where somebody else issues.</param>
/// <param name="Certificate">The leaf and its intermediates (<c>tls.crt</c>).</param>
/// <param name="Key">The leaf's key (<c>tls.key</c>).</param>
public sealed record CertificateSet(string? CaCertificate, string? CaKey, string? Certificate, string? Key)
{
    /// <summary>Nothing is there yet.</summary>
    public static CertificateSet Empty { get; } = new(null, null, null, null);

    /// <summary>
    /// Uses what is there and makes what is missing. What was made here (told by its subject) and no longer fits is made anew:
    /// the leaf when it lacks a name or less than a tenth of its life is left, the CA when less than a tenth of its life is left.
    /// What somebody else put there is never replaced.
    /// </summary>
    /// <param name="names">The names that the leaf must be valid for.</param>
    /// <param name="lifetimes">The life of what is made.</param>
    /// <param name="clock">Decides what is valid now.</param>
    /// <param name="where">Put before the names of the four in messages, such as a folder with its slash.</param>
    /// <exception cref="CertificateException">All reasons for which what is there can't be used.</exception>
    public SettledCertificates Settle(ServingNames names, CertificateLifetimes lifetimes, TimeProvider clock, string where) =>
        new Settlement(this, names, lifetimes, clock, where).Run();

    /// <inheritdoc/>
    public override string ToString() => "CertificateSet";
}

/// <summary>The outcome of <see cref="CertificateSet.Settle"/>.</summary>
/// <param name="Serving">What the server uses; the receiver disposes it.</param>
/// <param name="Set">What the folder or Secret should hold now.</param>
/// <param name="Made">What was made, in words for a log line; null when all was there.</param>
public sealed record SettledCertificates(ServingCertificate Serving, CertificateSet Set, string? Made);
