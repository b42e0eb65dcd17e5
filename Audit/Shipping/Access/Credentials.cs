using System.Net.Http.Headers;
using System.Text;

namespace Coral.Audit.Shipping.Access;

/// <summary>The <c>Authorization</c> of the next request. Files are read each time: they are small, and neither a replaced link (as of a mounted Secret) nor a file of the same age and size is overlooked. Thread safe.</summary>
internal sealed class Credentials(SearchAccess access, string? apiKey, string? userInfo)
{
    private volatile string[] secrets = [];

    /// <summary>Null where none is configured. Throws <see cref="IOException"/> with one line when a file can't be read.</summary>
    public AuthenticationHeaderValue? Read()
    {
        if (access.ApiKeyFile is { } file) return ApiKey(SecretFile.Read(file));
        if (apiKey is not null) return ApiKey(apiKey);
        if (access.TokenFile is { } token) return Known("Bearer", SecretFile.Read(token));
        if (access.User is { } user) return Basic(user, access.PasswordFile is { } password ? SecretFile.Read(password) : "");
        if (userInfo is null) return null;
        var colon = userInfo.IndexOf(':');
        return colon < 0 ? Basic(userInfo, "") : Basic(userInfo[..colon], userInfo[(colon + 1)..]);
    }

    /// <summary>A server or proxy may give back what it was sent, and its answer may be logged.</summary>
    public byte[] Redact(byte[] answer)
    {
        foreach (var secret in secrets)
        {
            if (secret.Length == 0 || answer.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0) continue;
            answer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer).Replace(secret, "[redacted]", StringComparison.Ordinal));
        }

        return answer;
    }

    private AuthenticationHeaderValue ApiKey(string key) => key.Contains(':') ? Known("ApiKey", Encode(key), key[(key.IndexOf(':') + 1)..]) : Known("ApiKey", key);

    private AuthenticationHeaderValue Basic(string user, string password) => Known("Basic", Encode($"{user}:{password}"), password);

    private AuthenticationHeaderValue Known(string scheme, string parameter, string plain = "")
    {
        secrets = [parameter, plain];
        return new AuthenticationHeaderValue(scheme, parameter);
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
