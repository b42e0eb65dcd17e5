using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Coral.Certs;

/// <summary>The names by which clients reach a server: what stands in its certificate's subjectAltName.</summary>
/// <param name="Dns">Lower-case DNS names.</param>
/// <param name="Addresses">IP addresses.</param>
public sealed record ServingNames(ImmutableArray<string> Dns, ImmutableArray<IPAddress> Addresses)
{
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Sorts hosts into DNS names and IP addresses, each once. IPv6 may stand in brackets, as in a URL.</summary>
    /// <exception cref="CertificateException">No host at all, or a host that is neither an address nor a DNS name.</exception>
    public static ServingNames Of(params IEnumerable<string> hosts)
    {
        var dns = new List<string>();
        var addresses = new List<IPAddress>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var host in hosts)
        {
            var name = host.ToLowerInvariant();
            if (TryAddress(name, out var address)) addresses.Add(address);
            else if (IsDnsName(name)) dns.Add(name);
            else problems.Add($"'{host}' is neither an IP address nor a DNS name: a certificate can't be made for it");
        }

        if (dns.Count + addresses.Count + problems.Count == 0) problems.Add("no name to make a certificate for: give at least one DNS name or IP address");
        return problems.Count > 0 ? throw new CertificateException(problems.ToImmutable()) : new([.. dns.Distinct()], [.. addresses.Distinct()]);
    }

    /// <summary>All names as text, DNS names first.</summary>
    public IEnumerable<string> All => Dns.Concat(Addresses.Select(address => address.ToString()));

    // The platform's parser also takes "8080" and "[::1]:443", which are mistakes here.
    private static bool TryAddress(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        var text = host is ['[', .. var inner, ']'] ? inner : host;
        address = null;
        if (!text.Contains(':') && text.Count(c => c == '.') != 3 || text.StartsWith('[') || !IPAddress.TryParse(text, out var parsed)) return false;
        address = new IPAddress(parsed.GetAddressBytes());
        return true;
    }

    // RFC 1035 §2.3.4 for the lengths. The last label of a DNS name is never a number, else a mistyped address would pass as one.
    private static bool IsDnsName(string name)
    {
        var labels = name.Split('.');
        return name.Length <= 253 && labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && !label.AsSpan().ContainsAnyExcept(LabelCharacters) && label[0] != '-' && label[^1] != '-';
}
