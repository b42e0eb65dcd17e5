namespace Coral.Audit.Events.Redaction;

/// <summary>Short flags by which known programs are given secrets.</summary>
internal static class KnownPrograms
{
    private static readonly ProgramFlags[] All =
    [
        new("mysql", "", "p"), new("mysqldump", "", "p"), new("mysqladmin", "", "p"), new("mysqlimport", "", "p"), new("mysqlcheck", "", "p"), new("mariadb", "", "p"), new("mariadb-dump", "", "p"),
        new("mariadb-admin", "", "p"), new("sshpass", "p", "p"), new("redis-cli", "a", ""), new("valkey-cli", "a", ""), new("redis-benchmark", "a", ""), new("curl", "uUb", "uUb"), new("mongo", "p", ""),
        new("mongosh", "p", ""), new("mongodump", "p", ""), new("mongorestore", "p", ""), new("ldapsearch", "w", "w"), new("ldapadd", "w", "w"), new("ldapmodify", "w", "w"), new("ldapwhoami", "w", "w"),
        new("smbclient", "U", "U"), new("7z", "", "p"), new("7za", "", "p"), new("zip", "P", "P"), new("unzip", "P", "P"), new("openssl", "kK", ""), new("influx", "t", ""), new("cqlsh", "p", ""),
        new("rabbitmqadmin", "p", ""), new("sqlcmd", "P", "P"), new("isql", "P", "P"), new("bcp", "P", "P"), new("psexec", "p", ""),
        // docker, podman, helm, az, skopeo, oras and others: "login -p".
        new("login", "p", ""),
    ];

    /// <summary>The program that a word names, alone or at the end of a path; null for none of these.</summary>
    public static ProgramFlags? Find(ReadOnlySpan<char> word)
    {
        var name = word[(word.LastIndexOf('/') + 1)..];
        if (name.Length is < 2 or > 20) return null;
        foreach (var program in All)
            if (name.SequenceEqual(program.Name))
                return program;
        return null;
    }
}

/// <summary>Letters of the flags whose secret is the next argument, and of those whose secret follows at once.</summary>
internal sealed record ProgramFlags(string Name, string Next, string Attached)
{
    public bool TakesSecret(ReadOnlySpan<char> flag) => flag.Length == 2 && flag[0] == '-' && Next.Contains(flag[1]);

    public bool HasSecret(ReadOnlySpan<char> flag) => flag.Length > 2 && flag[0] == '-' && Attached.Contains(flag[1]);
}
