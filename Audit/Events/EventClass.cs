namespace Coral.Audit.Events;

/// <summary>How something ended.</summary>
public enum EventOutcome
{
    /// <summary>It is not known, or it has only begun.</summary>
    Unknown,

    /// <summary>It was done.</summary>
    Success,

    /// <summary>It was not done.</summary>
    Failure,
}

/// <summary>Where an event stands in the Elastic Common Schema: what <c>event.*</c> says of it. A second category or type is empty where there is none.</summary>
internal readonly ref struct EventClass
{
    public EventClass() => Kind = "event"u8;

    public ReadOnlySpan<byte> Kind { get; init; }

    public required ReadOnlySpan<byte> Category { get; init; }

    public ReadOnlySpan<byte> SecondCategory { get; init; }

    public required ReadOnlySpan<byte> Type { get; init; }

    public ReadOnlySpan<byte> SecondType { get; init; }

    public required ReadOnlySpan<byte> Action { get; init; }

    public EventOutcome Outcome { get; init; }

    public ReadOnlySpan<char> Reason { get; init; }

    public long? Duration { get; init; }

    public long? Severity { get; init; }
}
