namespace Coral.Audit.Spool;

/// <summary>The spool can't be opened or can't accept a document (disk full, read only, failing, or another process has it). The message is one line for the operator.</summary>
public sealed class SpoolUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
