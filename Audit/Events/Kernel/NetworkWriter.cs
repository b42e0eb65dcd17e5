using System.Net;
using System.Text.Json;

namespace Coral.Audit.Events.Kernel;

/// <summary>Writes <c>source</c>, <c>destination</c> and <c>server</c>.</summary>
internal static class NetworkWriter
{
    /// <summary>An IPv6 address with a scope is the longest.</summary>
    private const int MaxAddress = 65;

    /// <summary>One end of a connection, with what it has sent.</summary>
    public static void Peer(Utf8JsonWriter json, JsonEncodedText name, Peer? peer)
    {
        if (peer is null) return;
        json.WriteStartObject(name);
        Place(json, peer);
        EnvelopeWriter.Optional(json, Fields.Bytes, peer.Bytes);
        EnvelopeWriter.Optional(json, Fields.Packets, peer.Packets);
        json.WriteEndObject();
    }

    /// <summary>Where something is served.</summary>
    public static void Server(Utf8JsonWriter json, Peer? peer)
    {
        if (peer is null) return;
        json.WriteStartObject(Fields.Server);
        Place(json, peer);
        json.WriteEndObject();
    }

    /// <summary>Both addresses, so that one question finds either.</summary>
    public static void Related(Utf8JsonWriter json, Peer? source, Peer? destination)
    {
        if (source is null && destination is null) return;
        json.WriteStartObject(Fields.Related);
        json.WriteStartArray(Fields.Ip);
        if (source is not null) AddressValue(json, source.Address);
        if (destination is not null) AddressValue(json, destination.Address);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Address(Utf8JsonWriter json, JsonEncodedText name, IPAddress address)
    {
        json.WritePropertyName(name);
        AddressValue(json, address);
    }

    private static void Place(Utf8JsonWriter json, Peer peer)
    {
        Address(json, Fields.Ip, peer.Address);
        if (peer.Port != 0) json.WriteNumber(Fields.Port, peer.Port);
        EnvelopeWriter.Optional(json, Fields.Domain, peer.Domain);
    }

    private static void AddressValue(Utf8JsonWriter json, IPAddress address)
    {
        Span<char> text = stackalloc char[MaxAddress];
        address.TryFormat(text, out var length);
        // An address with a scope is none for a search server.
        var scope = text[..length].IndexOf('%');
        json.WriteStringValue(text[..(scope < 0 ? length : scope)]);
    }
}
