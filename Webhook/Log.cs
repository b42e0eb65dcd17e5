using Microsoft.Extensions.Logging;

namespace Coral.Webhook;

/// <summary>Every log line of the webhook, with its number (1000 to 1099).</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "serving admission on {Url}; ready")]
    internal static partial void Ready(this ILogger logger, string url);

    [LoggerMessage(1002, LogLevel.Information, "{Made}")]
    internal static partial void CertificatesMade(this ILogger logger, string made);

    [LoggerMessage(1003, LogLevel.Information, "registered {Name} with the API server, by {How}")]
    internal static partial void Registered(this ILogger logger, string name, string how);

    [LoggerMessage(1004, LogLevel.Information, "removed {Name} from the API server")]
    internal static partial void Unregistered(this ILogger logger, string name);

    [LoggerMessage(1005, LogLevel.Warning, "could not remove {Name} from the API server: {Cause}. Remove it by: kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration {Name}")]
    internal static partial void NotUnregistered(this ILogger logger, string name, string cause);

    [LoggerMessage(1006, LogLevel.Warning, "namespace {Namespace} could not be read: {Cause}")]
    internal static partial void NamespaceNotRead(this ILogger logger, string @namespace, string cause);

    [LoggerMessage(1007, LogLevel.Error, "{Problem}")]
    internal static partial void PolicyNotRead(this ILogger logger, string problem);

    [LoggerMessage(1015, LogLevel.Warning, "the condition of InjectionPolicy {Name} could not be written: {Cause}")]
    internal static partial void ConditionNotWritten(this ILogger logger, string name, string cause);

    [LoggerMessage(1016, LogLevel.Information, "{Folder} was read anew: {Policies} policies, {Namespaces} namespaces, {Nodes} nodes")]
    internal static partial void FolderReloaded(this ILogger logger, string folder, int policies, int namespaces, int nodes);

    [LoggerMessage(1017, LogLevel.Error, "{Folder} has mistakes, what was read before goes on to apply: {Problem}")]
    internal static partial void FolderNotReloaded(this ILogger logger, string folder, string problem);

    [LoggerMessage(1008, LogLevel.Information, "the API server's Pod Security defaults, learnt by dry runs: {Defaults}")]
    internal static partial void DefaultsLearnt(this ILogger logger, string defaults);

    [LoggerMessage(1009, LogLevel.Warning, "the API server's Pod Security defaults could not be learnt: {Problem}")]
    internal static partial void DefaultsUnknown(this ILogger logger, string problem);

    [LoggerMessage(1010, LogLevel.Debug, "{Namespace}/{Pod} {Outcome} ({Reason}) {Variant} decision {Id}")]
    internal static partial void Decided(this ILogger logger, string @namespace, string pod, string outcome, string reason, string? variant, string id);

    [LoggerMessage(1011, LogLevel.Information, "{Namespace}/{Pod} {Outcome} ({Reason}) decision {Id}")]
    internal static partial void Refused(this ILogger logger, string @namespace, string pod, string outcome, string reason, string id);

    [LoggerMessage(1012, LogLevel.Error, "decision {Id} failed; the pod is admitted as it came")]
    internal static partial void DecisionFailed(this ILogger logger, Exception exception, string id);

    [LoggerMessage(1013, LogLevel.Error, "decision {Id} could not be recorded: {Cause}")]
    internal static partial void NotRecorded(this ILogger logger, string id, string cause);

    [LoggerMessage(1014, LogLevel.Warning, "refused a request from {Peer} with {Code}: {Cause}")]
    internal static partial void BadRequest(this ILogger logger, string? peer, int code, string cause);

    [LoggerMessage(1018, LogLevel.Information, "made the audit key, Secret {Secret}, id {Id}; give auditors its entry audit.pub")]
    internal static partial void AuditKeyMade(this ILogger logger, string secret, string id);

    [LoggerMessage(1019, LogLevel.Warning, "{Problem}; until it can be read nothing is signed, and admission goes on; kubectl apply -f manifests/webhook/audit.yaml gives the rights")]
    internal static partial void AuditKeyMissing(this ILogger logger, string problem);

    [LoggerMessage(1025, LogLevel.Warning, "{Problem}; checkpoints go on to be signed by the key {Id}")]
    internal static partial void AuditKeyUnread(this ILogger logger, string problem, string id);

    [LoggerMessage(1026, LogLevel.Information, "the audit key, Secret {Secret}, changed from {Before} to {After}; the next checkpoint is signed by both")]
    internal static partial void AuditKeyChanged(this ILogger logger, string secret, string before, string after);

    [LoggerMessage(1027, LogLevel.Information, "checkpoints are signed by the audit key {Id}, Secret {Secret}")]
    internal static partial void AuditKeyFound(this ILogger logger, string secret, string id);

    [LoggerMessage(1020, LogLevel.Information, "stopping: no new connections, answers in flight are finished")]
    internal static partial void Draining(this ILogger logger);

    [LoggerMessage(1021, LogLevel.Information, "stopped")]
    internal static partial void Stopped(this ILogger logger);

    [LoggerMessage(1022, LogLevel.Error, "a background task ended: {Cause}")]
    internal static partial void BackgroundFailed(this ILogger logger, Exception exception, string cause);
}
