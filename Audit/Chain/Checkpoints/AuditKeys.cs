using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>The key that signs, and those before it that are still at hand so that both can sign the checkpoint at which the key changes. As text: PEM blocks, the newest first.</summary>
/// <param name="Current">The key that signs.</param>
/// <param name="Old">Earlier keys.</param>
public sealed record AuditKeys(AuditKey Current, ImmutableArray<AuditKey> Old)
{
    private const string Wanted = "put the PEM block PRIVATE KEY of an ECDSA key on the curve P-256 there, or remove it and a key is made";

    /// <summary>One new key.</summary>
    public static AuditKeys Create() => new(AuditKey.Create(), []);

    /// <summary>The text that <see cref="Read"/> reads.</summary>
    public string Pem => string.Concat(Old.Prepend(Current).Select(key => key.Pem));

    /// <summary>Reads private keys.</summary>
    /// <param name="pem">One or more PEM blocks.</param>
    /// <param name="where">What the messages call it.</param>
    /// <exception cref="AuditKeyException">There is none, or one that can't be used.</exception>
    public static AuditKeys Read(string pem, string where)
    {
        var keys = Blocks(pem, where).Select((block, at) => AuditKey.FromPem(block) ?? throw new AuditKeyException($"{where}: block {at + 1} is no private ECDSA key on the curve P-256; {Wanted}")).ToList();
        return keys.Count > 0 ? new AuditKeys(keys[0], [.. keys[1..]]) : throw new AuditKeyException($"{where}: no PEM block in it; {Wanted}");
    }

    /// <summary>Reads what an auditor holds: public keys, or private ones of which only the public half is taken.</summary>
    /// <param name="pem">One or more PEM blocks.</param>
    /// <param name="where">What the messages call it.</param>
    /// <exception cref="AuditKeyException">There is none, or one that can't be used.</exception>
    public static ImmutableArray<AuditPublicKey> ReadPublic(string pem, string where)
    {
        var keys = Blocks(pem, where).Select((block, at) => Public(block) ?? throw new AuditKeyException($"{where}: block {at + 1} is no ECDSA key on the curve P-256")).ToImmutableArray();
        return keys.IsEmpty ? throw new AuditKeyException($"{where}: no PEM block in it; give a file with a block PUBLIC KEY, as coral audit key show prints it") : keys;
    }

    /// <summary>The same keys behind a new one. Keys before the present one are let go.</summary>
    public AuditKeys Rotate() => new(AuditKey.Create(), [Current]);

    private static AuditPublicKey? Public(string block)
    {
        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(block);
            return AuditPublicKey.Of(ecdsa);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static List<string> Blocks(string pem, string where)
    {
        var blocks = new List<string>();
        for (var rest = pem; PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            // "EC PARAMETERS" stands before the key in files that openssl ecparam made, and says nothing that the key does not.
            if (rest[fields.Label] != "EC PARAMETERS") blocks.Add(rest[fields.Location]);
        }

        return blocks.Count <= 16 ? blocks : throw new AuditKeyException($"{where}: {blocks.Count} PEM blocks are in it; 16 are the most");
    }
}

/// <summary>An audit key can't be read or used. The message is one line for the operator.</summary>
public sealed class AuditKeyException(string message) : Exception(message);
