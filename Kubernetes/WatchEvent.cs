using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>What a watch tells.</summary>
public enum WatchEventType
{
    /// <summary>The object is new, or existed before the watch began.</summary>
    Added,

    /// <summary>The object has changed.</summary>
    Modified,

    /// <summary>The object is gone; the event holds its last state.</summary>
    Deleted,

    /// <summary>Nothing changed up to the resource version in the object's metadata.</summary>
    Bookmark,

    /// <summary>The watch has failed; the object is a <c>Status</c>.</summary>
    Error,
}

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object, a bookmark's stub, or a <c>Status</c>. Owned: it stays valid for as long as it is held.</param>
public readonly record struct WatchEvent(WatchEventType Type, JsonElement Object);
