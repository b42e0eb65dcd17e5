using System.CommandLine;
using Coral.NodeAgent.Journal;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Journal;

public sealed class AuditOptionsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-agent-options-").FullName;

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
        Assert.Equal(new AuditOptions("/spool", 64 * 1024 * 1024, 64 * 1024 * 1024, null, "default"), options);
        Assert.False(options!.SpoolOptions.HasShipper);
        Assert.Null(options.Search);
    }

    [Fact]
    public void A_search_server_makes_the_spool_wait_for_it()
    {
        var (options, problems) = Read(("spool", "/spool"), ("search", "http://127.0.0.1:9200"), ("spool-max-bytes", "1Gi"), ("cluster", "east"));

        Assert.Empty(problems);
        Assert.True(options!.SpoolOptions.HasShipper);
        Assert.Equal(new Uri("http://127.0.0.1:9200"), options.Search!.Url);
        Assert.Equal((1024L * 1024 * 1024, "east"), (options.SpoolOptions.MaxBytes, options.Cluster));
    }

    [Fact]
    public void The_server_is_told_as_the_webhook_is_told_it()
    {
        var (options, problems) = Read(
            ("spool", "/spool"), ("search", "https://a:9200,https://b:9200"), ("search-ca-file", Write("ca", Ca)), ("search-user", "coral"), ("search-password-file", Write("password", "x")),
            ("search-requests", "4"), ("search-compression", "0"));

        Assert.Empty(problems);
        var search = options!.Search!;
        Assert.Equal(["https://a:9200/", "https://b:9200/"], search.OtherUrls.Prepend(search.Url).Select(url => $"{url}"));
        Assert.Equal(("coral", 4, 0), (search.Access.User, search.Requests, search.Compression));
        Assert.True(options.SpoolOptions.HasShipper);
        Assert.Equal("https://abcd.localhost/", $"{Read(("spool", "/spool"), ("search-cloud-id", "demo:bG9jYWxob3N0JGFiY2QkZWZnaA==")).Options!.Search!.Url}");
    }

    [Fact]
    public async Task More_nodes_are_told_by_more_of_the_option()
    {
        AuditOptions? read = null;
        var command = new Command("node");
        var audit = AuditOptions.AddTo(command);
        command.SetAction(result => read = audit(result, []));
        await command.Parse(["--spool", "/spool", "--search", "http://a", "--search", "http://b"]).InvokeAsync();

        Assert.Equal(["http://a/", "http://b/"], read!.Search!.OtherUrls.Prepend(read.Search.Url).Select(url => $"{url}"));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var (_, problems) = Read(("spool", "/spool"), ("search", "ftp://x,http://y"), ("spool-max-bytes", "-1"), ("samples-max-bytes", "x"), ("search-api-key-file", "/nowhere/key"), ("search-key-file", "k"));

        Assert.Equal(
            [
                "--spool-max-bytes is \"-1\"; it must be a size such as 64Mi",
                "--samples-max-bytes is \"x\"; it must be a size such as 64Mi",
                "--search must be one or more http or https URLs, such as http://127.0.0.1:9200, or none",
                "--search-key-file needs --search-cert-file",
                "/nowhere/key: cannot be read (there is no such file)",
                "k: cannot be read (there is no such file)",
            ],
            problems);
    }

    [Fact]
    public void Where_to_ship_needs_a_place_to_keep() =>
        Assert.Equal(["--search needs --spool: documents are kept there before they are shipped"], Read(("search", "http://127.0.0.1:9200")).Problems);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Ca
    {
        get
        {
            using var pki = new Pki();
            return pki.CaPem;
        }
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static (AuditOptions? Options, List<string> Problems) Read(params (string Name, string Value)[] given)
    {
        var problems = new List<string>();
        var options = AuditOptions.Read(name => Array.Find(given, one => one.Name == name).Value, problems);
        return (options, problems);
    }
}
