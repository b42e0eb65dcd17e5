using System.Globalization;
using System.Net;

namespace Coral.NodeAgent.Serving;

/// <summary>Where something listens, as options say it: <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, or <c>*:9001</c> for every address.</summary>
/// <param name="Address">Null stands for every address, IPv6 too where there is any.</param>
/// <param name="Port">Above 0.</param>
internal sealed record ListenPlace(IPAddress? Address, int Port)
{
    private const string Every = "*:";

    /// <summary>Whether only processes of this machine reach it.</summary>
    internal bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);

    /// <summary>Null when the text is no address with a port.</summary>
    internal static ListenPlace? Parse(string text)
    {
        if (text.StartsWith(Every, StringComparison.Ordinal))
            return ushort.TryParse(text.AsSpan(Every.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var any) && any > 0 ? new(null, any) : null;
        return IPEndPoint.TryParse(text, out var place) && place.Port > 0 && text.EndsWith(":" + place.Port, StringComparison.Ordinal) ? new(place.Address, place.Port) : null;
    }

    public override string ToString() => Address is null ? Every + Port : new IPEndPoint(Address, Port).ToString();
}
