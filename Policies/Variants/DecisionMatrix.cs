using System.Collections.Immutable;

namespace Coral.Policies.Variants;

/// <summary>One row of the decision matrix.</summary>
/// <param name="Id">The ledger's row, <c>K-94</c> to <c>K-100</c>.</param>
/// <param name="Need">What somebody wants.</param>
/// <param name="Use">Variants, or <c>daemonset</c> for the node agent; any of them serves.</param>
/// <param name="Note">A reservation, or null.</param>
public sealed record MatrixRow(string Id, string Need, ImmutableArray<string> Use, string? Note);

/// <summary>The decision matrix that is compiled into this assembly as YAML (rows K-94 to K-100): advice for people, never a rule. Read once; thread safe.</summary>
public static class DecisionMatrix
{
    private static readonly Lazy<ImmutableArray<MatrixRow>> Read = new(() =>
    [
        .. VariantCatalogue.Load("matrix").Items("rows"u8).Select(row =>
            new MatrixRow(row.Text("id"u8)!, row.Text("need"u8)!, [.. row.Items("use"u8).Select(item => item.GetString()!)], row.Text("note"u8))),
    ]);

    /// <summary>All rows, in the order of the source.</summary>
    public static ImmutableArray<MatrixRow> Rows => Read.Value;

    /// <summary>The row of an id. Throws <see cref="InvalidOperationException"/> for one that is not there.</summary>
    public static MatrixRow Row(string id) => Rows.First(row => row.Id == id);
}
