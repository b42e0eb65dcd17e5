using System.Globalization;
using System.Text;

namespace Coral.Audit.Shipping.Access;

/// <summary>The short form in which Elastic's cloud names a deployment: <c>label:base64(host[:port]$elasticsearch[:port]$kibana)</c>.</summary>
public static class CloudId
{
    private const int DefaultPort = 443;

    /// <summary>The address of its Elasticsearch. False, with one line why, when the text is none.</summary>
    public static bool TryParse(string text, out Uri? address, out string problem)
    {
        address = null;
        problem = "it must be NAME:BASE64 as the deployment's page shows it";
        // Some are given out without a label.
        var encoded = text[(text.LastIndexOf(':') + 1)..].Trim();
        var bytes = new byte[encoded.Length];
        if (encoded.Length == 0 || !Convert.TryFromBase64String(encoded, bytes, out var length)) return false;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split('$');
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0) return false;
        var (host, port) = Split(parts[0], DefaultPort);
        var (name, own) = Split(parts[1], port);
        if (own is < 1 or > 65535 || Uri.CheckHostName($"{name}.{host}") != UriHostNameType.Dns) return false;
        address = new Uri($"https://{name}.{host}:{own.ToString(CultureInfo.InvariantCulture)}/");
        problem = "";
        return true;
    }

    private static (string Name, int Port) Split(string text, int port)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0) return (text, port);
        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (text[..colon], number) : (text, 0);
    }
}
