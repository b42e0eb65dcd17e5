using System.Security.Cryptography.X509Certificates;

namespace Coral.Certs;

/// <summary>One run of <see cref="CertificateSet.Settle"/>.</summary>
internal sealed class Settlement(CertificateSet set, ServingNames names, CertificateLifetimes lifetimes, TimeProvider clock, string where)
{
    private readonly string caCertificate = where + "ca.crt";
    private readonly string caKey = where + "ca.key";
    private readonly string certificate = where + "tls.crt";
    private readonly string key = where + "tls.key";
    private readonly DateTimeOffset now = clock.GetUtcNow();
    private readonly List<string> problems = [];

    public SettledCertificates Run()
    {
        if (set.CaCertificate is null && set.CaKey is null && set.Certificate is null && set.Key is null) return MakeAll();
        FindGaps();
        var authorities = set.CaCertificate is null ? [] : Pem.Certificates(set.CaCertificate, caCertificate, problems);
        var leaves = set.Certificate is null ? [] : Pem.Certificates(set.Certificate, certificate, problems);
        if (problems.Count > 0) throw new CertificateException([.. problems]);

        if (MayReplaceAll(authorities[0], leaves)) return MakeAll();
        if (set.CaKey is null) return UseProvided(authorities, leaves);

        using var authority = CertificateAuthority.Import(clock, set.CaCertificate!, set.CaKey, caCertificate, caKey);
        var issuedHere = leaves.Count > 0 && leaves[0].Subject == CertificateAuthority.LeafSubject && leaves[0].Issuer == authority.Certificate.Subject;
        return leaves.Count == 0 || issuedHere && !StillGood(leaves, authorities) ? MakeLeaf(authority) : UseProvided(authorities, leaves);
    }

    // A certificate alone may be the trace of a start that was cut off; a key alone never is, because certificates are written first.
    private void FindGaps()
    {
        if (set.CaCertificate is null)
        {
            var alone = set.CaKey is not null ? caKey : set.Certificate is not null ? certificate : key;
            problems.Add($"{caCertificate} is missing beside {alone}: put the certificate of the CA there, or remove {alone}");
        }

        if (set.Key is not null && set.Certificate is null) problems.Add($"{certificate} is missing beside {key}: put the certificate there, or remove {key}");
    }

    private bool MayReplaceAll(X509Certificate2 ca, X509Certificate2Collection leaves)
    {
        if (ca.Subject != CertificateAuthority.Subject || leaves.Count > 0 && leaves[0].Subject != CertificateAuthority.LeafSubject) return false;
        // Without its key a CA of ours still serves with the leaf that it issued: somebody may keep the key elsewhere.
        if (set.CaKey is null) return leaves.Count == 0;
        var ignored = new List<string>();
        using var parsed = Pem.Key(set.CaKey, caKey, ignored);
        if (parsed is null) return false;
        using var joined = Pem.Join(ca, parsed, caCertificate, caKey, ignored);
        return joined is null || !HasTimeLeft(ca);
    }

    private bool StillGood(X509Certificate2Collection leaves, X509Certificate2Collection authorities)
    {
        if (set.Key is null || !HasTimeLeft(leaves[0])) return false;
        var doubts = Fit.Names(leaves[0], names, certificate).Concat(Fit.Chain(leaves[0], [], authorities, certificate, caCertificate)).ToList();
        using var parsed = Pem.Key(set.Key, key, doubts);
        using var joined = parsed is null ? null : Pem.Join(leaves[0], parsed, certificate, key, doubts);
        return doubts.Count == 0;
    }

    private bool HasTimeLeft(X509Certificate2 one)
    {
        var life = one.NotAfter - one.NotBefore;
        return now >= one.NotBefore && now <= one.NotAfter - life / 10;
    }

    private SettledCertificates UseProvided(X509Certificate2Collection authorities, X509Certificate2Collection leaves)
    {
        if (leaves.Count == 0) problems.Add($"{certificate} and {caKey} are missing beside {caCertificate}: put {certificate} and {key} there, or {caKey} to have them made, or remove {caCertificate}");
        else if (set.Key is null) problems.Add($"{key} is missing beside {certificate}: put the key of the certificate there");
        if (problems.Count > 0) throw new CertificateException([.. problems]);

        var leaf = leaves[0];
        var others = new X509Certificate2Collection(leaves.Skip(1).ToArray());
        problems.AddRange(Fit.InTime(leaf, now, certificate));
        foreach (var authority in authorities.Take(1)) problems.AddRange(Fit.InTime(authority, now, caCertificate));
        problems.AddRange(Fit.Names(leaf, names, certificate));
        problems.AddRange(Fit.Chain(leaf, others, authorities, certificate, caCertificate));
        using var parsed = Pem.Key(set.Key!, key, problems);
        var joined = parsed is null ? null : Pem.Join(leaf, parsed, certificate, key, problems);
        return problems.Count > 0 ? throw new CertificateException([.. problems]) : new(new ServingCertificate(joined!, others, set.CaCertificate!), set, Made: null);
    }

    private SettledCertificates MakeAll()
    {
        using var authority = CertificateAuthority.Create(clock, lifetimes.Authority);
        var settled = MakeLeaf(authority);
        return settled with { Set = settled.Set with { CaCertificate = authority.CertificatePem, CaKey = authority.ExportKeyPem() }, Made = $"a CA and {settled.Made}" };
    }

    private SettledCertificates MakeLeaf(CertificateAuthority authority)
    {
        var serving = authority.IssueLeaf(names, lifetimes.Leaf);
        var made = set with { Certificate = serving.CertificatePem, Key = serving.ExportKeyPem() };
        return new(serving, made, $"a certificate for {string.Join(", ", names.All)}");
    }
}
