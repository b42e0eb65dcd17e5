using System.Collections.Immutable;

namespace Coral.Audit.Search;

/// <summary>A field of the document and the value that it, or one element of it, has to have: text as it is, numbers and booleans as JSON writes them.</summary>
/// <param name="Field">The field's name with dots, such as <c>coral.injection.policy</c>.</param>
/// <param name="Value">The whole value.</param>
public sealed record FieldCondition(string Field, string Value);

/// <summary>Which decisions to look for. All conditions that are given have to hold. Checkpoints of the chain, of which there is one a minute, are only found by their id.</summary>
public sealed record AuditQuery
{
    /// <summary>The object's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>injected</c>, <c>skipped</c>, <c>denied</c> or <c>failed</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>The chosen variant.</summary>
    public string? Variant { get; init; }

    /// <summary>Not older than this.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Not younger than this.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Conditions on any other fields. May be left default (none).</summary>
    public ImmutableArray<FieldCondition> Fields { get; init; }

    /// <summary>Words that all stand in the message, the warnings or the Pod Security violations. Case does not matter.</summary>
    public string? Text { get; init; }

    /// <summary>A decision's id, or the document's own.</summary>
    public string? Id { get; init; }

    /// <summary>The most documents to return.</summary>
    public int Limit { get; init; } = 50;
}
