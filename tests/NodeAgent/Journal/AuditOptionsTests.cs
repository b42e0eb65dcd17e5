using Coral.NodeAgent.Journal;

namespace Coral.NodeAgent.Tests.Journal;

public sealed class AuditOptionsTests
{
    [Fact]
    public void Without_a_spool_there_are_no_documents()
    {
        var (options, problems) = Read();

        Assert.Null(options);
        Assert.Empty(problems);
    }

    [Fact]
    public void What_is_not_said_is_as_the_help_says()
    {
        var (options, problems) = Read(("spool", "/spool"));

        Assert.Empty(problems);
        Assert.Equal(new AuditOptions("/spool", 64 * 1024 * 1024, null, null, "default"), options);
        Assert.False(options!.SpoolOptions.HasShipper);
        Assert.Null(options.ShipperOptions);
    }

    [Fact]
    public void A_search_server_makes_the_spool_wait_for_it()
    {
        var (options, problems) = Read(("spool", "/spool"), ("search", "http://127.0.0.1:9200"), ("spool-max-bytes", "1Gi"), ("cluster", "east"));

        Assert.Empty(problems);
        Assert.True(options!.SpoolOptions.HasShipper);
        Assert.Equal(new Uri("http://127.0.0.1:9200"), options.ShipperOptions!.Url);
        Assert.Equal((1024L * 1024 * 1024, "east"), (options.SpoolOptions.MaxBytes, options.Cluster));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var (_, problems) = Read(("spool", "/spool"), ("search", "ftp://x"), ("spool-max-bytes", "-1"), ("search-api-key-file", "/nowhere/key"));

        Assert.Equal(3, problems.Count);
        Assert.Contains("""--spool-max-bytes is "-1"; it must be a size such as 64Mi""", problems);
        Assert.Contains("--search must be an http or https URL, such as http://127.0.0.1:9200, or none", problems);
        Assert.Contains(problems, problem => problem.StartsWith("--search-api-key-file: ", StringComparison.Ordinal) && problem.Contains("/nowhere/key", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_to_ship_needs_a_place_to_keep() =>
        Assert.Equal(["--search needs --spool: documents are kept there before they are shipped"], Read(("search", "http://127.0.0.1:9200")).Problems);

    private static (AuditOptions? Options, List<string> Problems) Read(params (string Name, string Value)[] given)
    {
        var problems = new List<string>();
        var options = AuditOptions.Read(name => Array.Find(given, one => one.Name == name).Value, problems);
        return (options, problems);
    }
}
