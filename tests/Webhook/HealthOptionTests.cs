using System.CommandLine;
using Coral.Testing.Kit;
using Coral.Webhook.Serving;

namespace Coral.Webhook.Tests;

/// <summary>The program asks the one that serves beside it.</summary>
public sealed class HealthOptionTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    [Fact]
    public async Task It_says_by_its_exit_code_whether_the_webhook_that_serves_here_is_well()
    {
        Assert.Equal(0, await AskAsync($"127.0.0.1:{webhook.StatusPort}"));
        // As --metrics-listen says every address.
        Assert.Equal(0, await AskAsync($":{webhook.StatusPort}"));
        Assert.Equal(1, await AskAsync($"127.0.0.1:{Ports.Take()}"));
        Assert.Equal(2, await AskAsync("none"));
    }

    private static Task<int> AskAsync(string place)
    {
        var root = new RootCommand();
        HealthOption.AddTo(root);
        return root.Parse(["--health", place]).InvokeAsync();
    }
}
