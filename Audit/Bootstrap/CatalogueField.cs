using System.Collections.Immutable;

namespace Coral.Audit.Bootstrap;

/// <summary>One field of the documents: it has one name, one type and one meaning in all streams that have it.</summary>
/// <param name="Name">The path, such as <c>event.reason</c>.</param>
/// <param name="Type">The type that we would have, as Elasticsearch names it.</param>
/// <param name="Streams">The streams whose documents have it.</param>
/// <param name="Words">Whether its words can be searched as well, as <c>.text</c>.</param>
/// <param name="Stored">Whether it is only kept, not searched.</param>
/// <param name="Means">What it says, for the reference page.</param>
internal sealed record CatalogueField(string Name, string Type, ImmutableArray<AuditStream> Streams, bool Words, bool Stored, string Means);
