namespace Coral.Audit.Shipping.Access;

/// <summary>
/// How we show a search server who we are, and how we know it. What is secret stands in files, which are read anew for each request, so that a rotated secret is used at once; nothing of them is ever logged.
/// At most one of API key, password and token makes sense; a client certificate goes with any.
/// </summary>
public sealed record SearchAccess
{
    /// <summary>A file with an API key: encoded, or as <c>id:key</c>.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>The user of basic authentication, with <see cref="PasswordFile"/>.</summary>
    public string? User { get; init; }

    /// <summary>A file with the password of <see cref="User"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A file with a bearer token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>PEM certificates of the CAs that may sign the server's certificate; null for the machine's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The client certificate in PEM, followed by what signed it if the server does not have that.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The unencrypted PEM key of <see cref="CertificateFile"/>; null when it stands in that file too.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What is wrong with the files now, one line each; none of the lines has anything from inside a file.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        foreach (var read in (Action[])[() => new Credentials(this, null, null).Read(), () => TlsFiles.Read(this).Options()])
        {
            try
            {
                read();
            }
            catch (IOException mistake)
            {
                problems.Add(mistake.Message);
            }
        }

        return problems;
    }
}
