using System.Collections.Immutable;

namespace Coral.Audit.Bootstrap;

/// <summary>What the server is and what it lacks.</summary>
internal sealed record Prepared(ServerInfo Server, ImmutableArray<string> Lacks);

/// <summary>The server won't be prepared; the message is one line for the operator.</summary>
internal sealed class NotPreparedException(string message) : Exception(message);
