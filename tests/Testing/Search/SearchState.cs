namespace Coral.Testing.Search;

/// <summary>How a search server is.</summary>
public enum SearchState
{
    /// <summary>It stores what it gets.</summary>
    Healthy,

    /// <summary>Nobody listens.</summary>
    Refusing,

    /// <summary>It takes requests, stores every second document, and never answers.</summary>
    Silent,

    /// <summary>It answers bulk requests with 429.</summary>
    Busy,

    /// <summary>Its disk is over the flood stage: every document of a bulk request is refused by a block.</summary>
    Full,
}
