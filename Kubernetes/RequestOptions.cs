namespace Coral.Kubernetes;

/// <summary>What one page of a list asks for.</summary>
public sealed record ListOptions
{
    /// <summary>Only objects of this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector as <c>kubectl -l</c> takes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector as <c>kubectl --field-selector</c> takes it.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>How many objects a page may hold; null for all at once.</summary>
    public int? Limit { get; init; }

    /// <summary>The previous page's <c>metadata.continue</c>.</summary>
    public string? Continue { get; init; }

    /// <summary>Null for the newest state; <c>0</c> for whatever the server has in memory.</summary>
    public string? ResourceVersion { get; init; }
}

/// <summary>What a watch asks for.</summary>
public sealed record WatchOptions
{
    /// <summary>Only objects of this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector as <c>kubectl -l</c> takes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector as <c>kubectl --field-selector</c> takes it.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Events after this version are sent; null begins with an event for each object that exists.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Whether the server shall send a bookmark about once a minute, and before it ends the watch.</summary>
    public bool Bookmarks { get; init; } = true;

    /// <summary>After how many seconds the server shall end the watch; null leaves it to the server (30 to 60 minutes).</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Called once, when the server has accepted the watch and before the first event.</summary>
    public Action? Opened { get; init; }
}

/// <summary>How an object is written.</summary>
public sealed record WriteOptions
{
    /// <summary>Whether the server shall do everything but store the result.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who owns the fields that are written (create and patch); null lets the server derive it from the user agent.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Whether a transient failure is tried again. Only for writes that may happen twice.</summary>
    public bool Retry { get; init; }

    /// <summary>Called with the text of each warning that comes with a success, before the result is returned; null has them logged.</summary>
    public Action<string>? Warned { get; init; }
}

/// <summary>The format of a patch.</summary>
public enum PatchType
{
    /// <summary>RFC 6902, a list of operations.</summary>
    Json,

    /// <summary>RFC 7386, null removes.</summary>
    Merge,

    /// <summary>Kubernetes' own; built-in kinds only.</summary>
    StrategicMerge,
}

/// <summary>What <c>/version</c> tells.</summary>
/// <param name="Major">Major version.</param>
/// <param name="Minor">Minor version, without a vendor's <c>+</c>.</param>
/// <param name="GitVersion">The full version, such as <c>v1.36.3</c>.</param>
public sealed record ServerVersion(int Major, int Minor, string GitVersion);
