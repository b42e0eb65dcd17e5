namespace Coral.Policies.Rules;

/// <summary>What became of many facts.</summary>
public interface IFactResult
{
    /// <summary>How many were refused.</summary>
    int FailedCount { get; }

    /// <summary>Those that were refused.</summary>
    IReadOnlyCollection<object> Failed { get; }
}

/// <summary>What to do with many facts if some are refused.</summary>
public enum BatchOptions
{
    /// <summary>Nothing at all.</summary>
    AllOrNothing = 0,

    /// <summary>Leave those out.</summary>
    SkipFailed = 1,
}
