using System.Collections.Immutable;

namespace Coral.Audit.Shipping;

/// <summary>What the shipper is doing.</summary>
public enum ShipperState
{
    /// <summary>Not run yet, or preparing the server.</summary>
    Starting,

    /// <summary>All is well.</summary>
    Shipping,

    /// <summary>The server can't be reached or asks for patience; documents wait in the spool.</summary>
    Waiting,

    /// <summary>The server refuses us (401, 403, 404 …): an operator has to act; documents wait in the spool.</summary>
    Blocked,

    /// <summary>Ended.</summary>
    Stopped,
}

/// <summary>The shipper's state for <c>/readyz</c> and logs.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Detail">One line why, or empty.</param>
/// <param name="Lacks">What the server lacks of what we would use, such as <c>lifecycle</c> or <c>type match_only_text</c>.</param>
public sealed record ShipperStatus(ShipperState State, string Detail, ImmutableArray<string> Lacks)
{
    /// <summary>While blocked: one of <see cref="BlockReasons"/>.</summary>
    public string Reason { get; init; } = "";
}
