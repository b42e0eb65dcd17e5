namespace Coral.Audit;

/// <summary>The names under which audit documents are stored and found again.</summary>
public static class AuditStream
{
    /// <summary>The data stream of all audit documents. Its three parts also stand in each document as <c>data_stream.*</c>.</summary>
    public const string Name = "logs-coral.audit-default";

    /// <summary>The value of <c>event.dataset</c> and <c>data_stream.dataset</c>.</summary>
    public const string Dataset = "coral.audit";

    /// <summary>The number that stands in <c>coral.schema</c>; it grows when a field changes its meaning or type.</summary>
    public const int Schema = 1;
}
