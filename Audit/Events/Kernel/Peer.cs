using System.Net;

namespace Coral.Audit.Events.Kernel;

/// <summary>One end of a connection.</summary>
/// <param name="Address">Its address; an IPv4 address in IPv6 form should be given as IPv4.</param>
/// <param name="Port">Its port; 0 for not known.</param>
/// <param name="Domain">Its name, where it is known.</param>
/// <param name="Bytes">How many bytes it has sent.</param>
/// <param name="Packets">How many packets it has sent.</param>
public sealed record Peer(IPAddress Address, int Port, string? Domain = null, long? Bytes = null, long? Packets = null);
