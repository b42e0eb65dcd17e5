namespace Coral.Audit.Search;

/// <summary>Where <see cref="AuditQuery.Text"/> is looked for, besides the message: the same fields in both searches.</summary>
internal static class SearchFields
{
    public static readonly string[][] TextArrays =
    [
        ["coral", "admission", "warnings"],
        ["coral", "pss", "before", "violations"],
        ["coral", "pss", "after", "violations"],
    ];
}
