using Coral.Webhook.Serving;
using Coral.Webhook.Settings;

namespace Coral.Webhook.Tests;

public sealed class SearchSettingsTests
{
    [Theory]
    [InlineData("--search http://a:9200 --search http://b:9200", "http://a:9200/ http://b:9200/")]
    [InlineData("--search http://a:9200,http://b:9200 --search https://c", "http://a:9200/ http://b:9200/ https://c/")]
    [InlineData("--search-cloud-id demo:bG9jYWxob3N0JGFiY2QkZWZnaA==", "https://abcd.localhost/")]
    [InlineData("--search none", "")]
    public async Task Nodes_are_named_one_by_one_or_together_or_by_the_cloud_id(string arguments, string nodes)
    {
        ServeOptions? read = null;
        var serve = ServeCommand.Build((options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        Assert.Equal(0, await serve.Parse(arguments.Split(' ')).InvokeAsync());
        Assert.Equal(nodes, read!.Search is { } search ? string.Join(' ', search.OtherUrls.Prepend(search.Url)) : "");
    }

    [Fact]
    public void Everything_that_was_said_reaches_the_shipper()
    {
        var search = Read(("search", "https://a"), ("search-user", "u"), ("search-password-file", "p"), ("search-ca-file", "ca"), ("search-cert-file", "c"), ("search-key-file", "k"), ("search-requests", "4"), ("search-compression", "0")).Options!.Search!;
        Assert.Equal(("u", "p", "ca", "c", "k", 4, 0), (search.Access.User, search.Access.PasswordFile, search.Access.CaFile, search.Access.CertificateFile, search.Access.KeyFile, search.Requests, search.Compression));
        Assert.Equal("t", Read(("search", "https://a"), ("search-token-file", "t")).Options!.Search!.Access.TokenFile);
        Assert.Equal("f", Read(("search", "https://a"), ("search-api-key-file", "f")).Options!.Search!.Access.ApiKeyFile);
    }

    [Fact]
    public void Silence_means_two_requests_and_light_compression()
    {
        var search = Read(("search", "https://a")).Options!.Search!;
        Assert.Equal((2, 1), (search.Requests, search.Compression));
    }

    [Fact]
    public void Every_mistake_is_reported_at_once()
    {
        Assert.Equal(
            [
                "--search must be one or more http or https URLs, such as http://127.0.0.1:9200, or none",
                "--search-requests is \"5\"; it must be a number from 1 to 4",
                "--search-compression is \"fast\"; it must be a number from 0 to 9",
                "--search-user and --search-password-file go together",
                "--search-key-file needs --search-cert-file",
                "--search-api-key-file and --search-user and --search-token-file and a user in --search exclude each other: a request has one Authorization",
            ],
            Read(
                ("search", "http://u:hunter2@a,ftp://u:hunter2@b"), ("search-requests", "5"), ("search-compression", "fast"), ("search-user", "u"), ("search-key-file", "k"), ("search-token-file", "t"),
                ("search-api-key-file", "f")).Problems);
        Assert.Equal("--search and --search-cloud-id exclude each other: both name the server", Assert.Single(Read(("search", "http://a"), ("search-cloud-id", "x")).Problems));
        Assert.Equal("--search-cloud-id: it must be NAME:BASE64 as the deployment's page shows it", Assert.Single(Read(("search-cloud-id", "x")).Problems));
        Assert.Equal("--search-token-file is given without --search or --search-cloud-id", Assert.Single(Read(("search-token-file", "t")).Problems));
        Assert.Empty(Read(("search", "none"), ("search-token-file", "t")).Problems);
    }

    private static (ServeOptions? Options, List<string> Problems) Read(params (string Name, string Value)[] values)
    {
        var problems = new List<string>();
        return (OptionReader.Read(name => values.FirstOrDefault(value => value.Name == name).Value, problems), problems);
    }
}
