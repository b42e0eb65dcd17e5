using System.Collections.Immutable;

namespace Coral.Certs;

/// <summary>Certificates or keys that can't be used. The message has one line a problem: what, where, what to do.</summary>
public sealed class CertificateException(ImmutableArray<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>Every problem that was found, each one line.</summary>
    public ImmutableArray<string> Problems { get; } = problems;
}
