using System.Buffers;
using Coral.Audit.Events.Redaction;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>Takes out of texts for the SelfLog what the options hold of secrets, and what looks like one: servers and proxies give back what they were sent. Thread safe.</summary>
internal sealed class OwnSecrets(IEnumerable<string> secrets)
{
    private const int MaxChars = 4096;

    private readonly string[] secrets = [.. secrets.Where(static secret => secret.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(static secret => secret.Length)];

    public string Clean(string text)
    {
        foreach (var secret in secrets) text = text.Replace(secret, SecretText.Marker, StringComparison.Ordinal);
        var room = ArrayPool<char>.Shared.Rent(MaxChars);
        try
        {
            return SecretText.Clean(text, room.AsSpan(0, MaxChars)).ToString();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(room, clearArray: true);
        }
    }
}
