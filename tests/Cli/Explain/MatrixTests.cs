using Coral.Policies.Variants;

namespace Coral.Cli.Tests.Explain;

public sealed class MatrixTests
{
    /// <summary>The source's table, word for word in its variants and order. To change it is to change the product's advice.</summary>
    [Fact]
    public void The_decision_matrix_is_frozen() => Assert.Equal(
        [
            "K-94 production observability: daemonset",
            "K-95 strict security policies: restricted",
            "K-96 modern Kubernetes (1.20+) with eBPF: ebpf-minimal",
            "K-97 legacy Kubernetes with eBPF: ebpf-full daemonset",
            "K-98 multi-tenant isolation: restricted",
            "K-99 maximum visibility: daemonset",
            "K-100 development and testing: ebpf-privileged (short-term only)",
        ],
        DecisionMatrix.Rows.Select(row => $"{row.Id} {row.Need}: {string.Join(' ', row.Use)}{(row.Note is null ? "" : $" ({row.Note})")}"));

    [Fact]
    public void The_matrix_names_variants_that_exist() => Assert.All(
        DecisionMatrix.Rows.SelectMany(row => row.Use), use => Assert.True(use == "daemonset" || VariantCatalogue.Shipped.Find(use) is not null, use));
}
