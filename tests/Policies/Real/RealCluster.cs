using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.Real;

/// <summary>One API server with six fake nodes, numeric tolerations (alpha) and our CRDs, for all tests that need a real one. Each test keeps to namespaces of its own; the nodes belong to the scheduler's test.</summary>
public sealed class RealCluster() : KitClusterFixture(new() { FakeNodes = Nodes, FeatureGates = "TaintTolerationComparisonOperators=true" })
{
    /// <summary>How many nodes there are: <c>fake-0</c> and so on.</summary>
    public const int Nodes = 6;

    /// <inheritdoc/>
    protected override async Task Prepare()
    {
        await Cluster.Kubectl("apply", "-k", Path.Join(Repository.Root, "manifests", "crds"));
        await Cluster.Kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/injectionpolicies.coral.io", "crd/nodecapabilities.coral.io");
    }
}

/// <summary>The tests that share the cluster; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RealCollection : ICollectionFixture<RealCluster>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "real";
}
