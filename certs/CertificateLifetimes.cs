namespace Coral.Certs;

/// <summary>How long newly made certificates are valid.</summary>
/// <param name="Authority">The life of a CA.</param>
/// <param name="Leaf">The life of a serving certificate; it ends with its CA at the latest.</param>
public sealed record CertificateLifetimes(TimeSpan Authority, TimeSpan Leaf)
{
    /// <summary>Ten years for the CA, one for the leaf.</summary>
    public static CertificateLifetimes Default { get; } = new(TimeSpan.FromDays(3650), TimeSpan.FromDays(365));
}
