using Coral.Policies.Bundles;

namespace Coral.Policies.Tests.Bundles;

public sealed class BundleReaderTests
{
    [Theory]
    [InlineData("policies-bad")]
    [InlineData("reports-bad")]
    public void Every_mistake_of_a_file_is_told_at_once(string name)
    {
        var refused = Assert.Throws<BundleException>(() => BundleReader.Read(TestData.PathOf($"{name}.yaml")));
        TestData.Golden($"{name}.txt", TestData.Lines(refused.Problems));
    }

    [Fact]
    public void Good_files_are_read()
    {
        var bundle = BundleReader.Read([TestData.PathOf("policies-good.yaml"), TestData.PathOf("reports-good.yaml")]);
        Assert.Equal(["empty", "everything", "nulls", "common", "pinning", "equal-requests", "grant-in-namespace", "lowers-by-label"], bundle.Policies.Select(policy => policy.Name));
        Assert.Equal(["node-a", "bare", "nulls"], bundle.NodeCapabilities.Select(report => report.Name));
    }

    [Fact]
    public void A_folder_is_read_in_the_order_of_its_paths()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b.yaml", Named("v1", "Namespace", "second"));
        folder.Write("a/x.yml", Named("v1", "Namespace", "first") + "---\n" + Named("v1", "Node", "n1"));
        folder.Write("c.json", "{\"apiVersion\":\"v1\",\"kind\":\"LimitRange\",\"metadata\":{\"name\":\"l\",\"namespace\":\"shop\"}}");
        folder.Write("d.yaml", Named("v1", "ResourceQuota", "q") + "---\n" + Named("node.k8s.io/v1", "RuntimeClass", "kata") + "---\n" + Named("apps/v1", "Deployment", "web"));
        folder.Write(".hidden.yaml", "not: [");
        folder.Write("..data/b.yaml", Named("v1", "Namespace", "second"));
        folder.Write("notes.txt", "not: [");

        var bundle = BundleReader.Read(folder.Path);
        Assert.Equal(["first", "second"], bundle.Namespaces.Select(document => document.Name));
        Assert.Equal("n1", Assert.Single(bundle.Nodes).Name);
        Assert.Equal("l", Assert.Single(bundle.LimitRanges).Name);
        Assert.Equal("q", Assert.Single(bundle.ResourceQuotas).Name);
        Assert.Equal("kata", Assert.Single(bundle.RuntimeClasses).Name);
        Assert.Equal("web", Assert.Single(bundle.Others).Name);
    }

    [Fact]
    public void All_files_of_a_folder_are_checked_before_it_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.yaml", Named("coral.io/v1alpha1", "InjectionPolicy", "one") + "spec: {rollout: now}\n---\n" + Named("coral.io/v1alpha1", "InjectionPolicy", "two") + "spec: {}\n");
        folder.Write("b.yaml", "a: [\n");
        folder.Write("c.yaml", Named("coral.io/v1alpha1", "InjectionPolicy", "two") + "spec: {}\n---\n" + Named("coral.io/v1alpha1", "InjectionPolicies", "x") + "---\n"
            + Named("coral.io/v1", "InjectionPolicy", "x") + "spec: {}\n---\nkind: Namespace\n---\n" + Named("v1", "Namespace", "shop") + "---\n" + Named("v1", "Namespace", "shop") + "---\napiVersion: v1\nkind: Node\n");
        folder.Write("d.json", "{\"apiVersion\":\"coral.io/v1alpha1\",\n\"kind\":\"NodeCapability\",\n\"node\":\"n1\",\n\"facts\":{\"btf\":\n{\"state\":\"yes\"}}}\n"
            + "{\"apiVersion\":\"coral.io/v1alpha1\",\"kind\":\"NodeCapability\",\"node\":\"n2\"}\n{\"apiVersion\":\"coral.io/v1alpha1\",\"kind\":\"NodeCapability\",\"node\":\"n2\"}\n");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "e.yaml"), "/nowhere/e.yaml");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "f"), folder.Path);
        folder.Write("g.yaml", "a: 1\na: 2\n---\n" + Named("coral.io/v1alpha1", "InjectionPolicy", "three") + "spec: {priority: x, priority: 1}\n");

        var refused = Assert.Throws<BundleException>(() => BundleReader.Read(folder.Path));
        TestData.Golden("folder.txt", TestData.Lines(refused.Problems).Replace(folder.Path + "/", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_kinds_are_refused_where_that_is_asked()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.yaml", Named("apps/v1", "Deployment", "web"));
        var refused = Assert.Throws<BundleException>(() => BundleReader.Read(file, OtherKinds.Refuse));
        Assert.StartsWith($"{file}:2: kind: apps/v1 Deployment has no place here", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_not_there_is_a_problem() =>
        Assert.Equal("/nowhere: there is no such file", Assert.Throws<BundleException>(() => BundleReader.Read("/nowhere")).Message);

    [Fact]
    public void An_empty_folder_is_an_empty_bundle()
    {
        using var folder = new TemporaryFolder();
        var bundle = BundleReader.Read(folder.Path);
        Assert.Empty(bundle.Policies);
        Assert.Empty(bundle.Others);
    }

    private static string Named(string apiVersion, string kind, string name) => $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: {name}}}\n";
}
