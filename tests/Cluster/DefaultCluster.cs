namespace Coral.Cluster.Tests.Real;

/// <summary>What most tests share: the overlay <c>default</c>.</summary>
public sealed class DefaultCluster() : InstalledCluster(new ByScript("default"));

/// <summary>Tests of one installation by kustomize.</summary>
[CollectionDefinition(Name)]
public sealed class DefaultTests : ICollectionFixture<DefaultCluster>
{
    public const string Name = "installed by kustomize";
}
