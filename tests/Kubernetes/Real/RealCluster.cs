using Coral.Testing.Kit;

namespace Coral.Kubernetes.Tests.Real;

/// <summary>One API server for all tests that need a real one; they run one after the other, because some of them kill it.</summary>
public sealed class RealCluster() : KitClusterFixture(new());

/// <summary>The tests that share the cluster.</summary>
[CollectionDefinition(Name)]
public sealed class RealCollection : ICollectionFixture<RealCluster>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "real";
}
