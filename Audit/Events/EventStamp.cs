using Coral.Audit.Spool;

namespace Coral.Audit.Events;

/// <summary>What the spool gives an event when it accepts it: its place in the sequence, and so its id.</summary>
internal readonly record struct EventStamp(DocumentId Id, string WriterHex);
