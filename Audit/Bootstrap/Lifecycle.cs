namespace Coral.Audit.Bootstrap;

/// <summary>How long a stream's documents stay on the search server, and when it goes on with a new index: at 30 GB, or after a while.</summary>
/// <param name="RetentionDays">After so many days documents are deleted.</param>
/// <param name="RolloverDays">An index is written to no longer than this.</param>
internal sealed record Lifecycle(int RetentionDays, int RolloverDays)
{
    /// <summary>As Elastic's own policies: larger shards are slow to move and to recover.</summary>
    public const string RolloverSize = "30gb";

    public static Lifecycle Of(AuditStream stream) => stream.ShortName switch
    {
        // A year and a month: what is asked for a year is still there when someone looks.
        "audit" => new Lifecycle(400, 30),
        "node" or "discovery" => new Lifecycle(90, 30),
        "app" => new Lifecycle(14, 7),
        "ebpf" => new Lifecycle(14, 1),
        _ => new Lifecycle(30, 7),
    };
}
