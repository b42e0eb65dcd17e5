using Microsoft.Extensions.Logging;

namespace Coral.Kubernetes;

/// <summary>Every log line of this project, so that its ids stay unique.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Informer of {Resource} has {Count} objects", EventName = "InformerSynced")]
    public static partial void InformerSynced(this ILogger logger, ApiResource resource, int count);

    [LoggerMessage(102, LogLevel.Information, "Informer of {Resource}: unknown to the server; asking again every {Seconds} s", EventName = "InformerAbsent")]
    public static partial void InformerAbsent(this ILogger logger, ApiResource resource, int seconds);

    [LoggerMessage(103, LogLevel.Information, "Informer of {Resource}: version expired, listing again", EventName = "InformerExpired")]
    public static partial void InformerExpired(this ILogger logger, ApiResource resource);

    [LoggerMessage(104, LogLevel.Warning, "Informer of {Resource} failed {Failures} times in a row: {Cause}", EventName = "InformerFailed")]
    public static partial void InformerFailed(this ILogger logger, ApiResource resource, int failures, string cause);

    [LoggerMessage(105, LogLevel.Error, "Informer of {Resource}: a listener to its changes failed", EventName = "InformerListenerFailed")]
    public static partial void InformerListenerFailed(this ILogger logger, Exception exception, ApiResource resource);

    [LoggerMessage(106, LogLevel.Debug, "Informer of {Resource} watches from version {Version}", EventName = "InformerWatching")]
    public static partial void InformerWatching(this ILogger logger, ApiResource resource, string version);

    [LoggerMessage(107, LogLevel.Debug, "Informer of {Resource}: nothing heard for {Seconds} s, opening the watch anew", EventName = "InformerSilent")]
    public static partial void InformerSilent(this ILogger logger, ApiResource resource, int seconds);

    [LoggerMessage(201, LogLevel.Warning, "API server warns on {Method} {Path}: {Warning}", EventName = "ServerWarning")]
    public static partial void ServerWarning(this ILogger logger, string method, string path, string warning);
}
