using Coral.Audit.Search;

namespace Coral.Audit.Tests.Search;

public sealed class RemoteSearchTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_one_clear_line()
    {
        using var search = new RemoteSearch(new Uri("http://127.0.0.1:1"), TimeProvider.System);
        var error = await Assert.ThrowsAsync<HttpRequestException>(async () => await search.FindAsync(new AuditQuery()).ToListAsync());
        Assert.Contains("127.0.0.1:1", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
