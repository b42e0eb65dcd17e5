using Coral.Webhook.Admission;
using Coral.Webhook.Serving;
using Coral.Webhook.Settings;

namespace Coral.Webhook.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Every_mistake_is_reported_at_once()
    {
        var (options, problems) = Read(
            ("standalone", "dir"), ("kubeconfig", "file"), ("register", "sometimes"), ("listen", "8443"), ("search", "ftp://x"), ("audit-sync", "never"), ("spool-max-age", "long"),
            ("spool-max-bytes", "many"), ("log-level", "loud"), ("server-version", "new"), ("service", "x"));

        Assert.Null(options);
        Assert.Equal(10, problems.Count);
        foreach (var name in new[] { "--standalone", "--register", "--listen", "--search", "--audit-sync", "--spool-max-age", "--spool-max-bytes", "--log-level", "--server-version", "--service" })
            Assert.Contains(problems, problem => problem.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void Silence_gives_the_documented_defaults()
    {
        var (options, problems) = Read();

        Assert.Empty(problems);
        Assert.Equal(("127.0.0.1:8443", "127.0.0.1:9102", "127.0.0.1:8443", Register.None), (options!.Listen.ToString(), options.MetricsListen!.ToString(), options.Advertise, options.Register));
        Assert.Equal(("run/certs", "run/spool", 1L << 30, TimeSpan.FromDays(7)), (options.CertDir, options.Spool, options.SpoolMaxBytes, options.SpoolMaxAge));
        Assert.Null(options.Search);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("--probe-pod-security", true)]
    [InlineData("--probe-pod-security true", true)]
    [InlineData("--probe-pod-security=false --cluster c", false)]
    [InlineData("--probe-pod-security --cluster c", true)]
    public async Task The_probe_is_off_unless_asked_for_and_its_option_may_stand_alone(string? arguments, bool on)
    {
        ServeOptions? read = null;
        var serve = ServeCommand.Build((options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        Assert.Equal(0, await serve.Parse(arguments?.Split(' ') ?? []).InvokeAsync());
        Assert.Equal(on, read!.ProbePodSecurity);
    }

    [Fact]
    public void The_probe_needs_a_cluster()
    {
        Assert.Equal("--probe-pod-security needs a cluster; leave it out with --standalone", Assert.Single(Read(("standalone", "dir"), ("probe-pod-security", "true")).Problems));
        Assert.Equal("--probe-pod-security is \"maybe\"; it must be true, false", Assert.Single(Read(("probe-pod-security", "maybe")).Problems));
    }

    [Fact]
    public void A_truth_value_of_the_file_counts_as_its_word()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"coral":{"probe-pod-security":true}}""");
        Assert.Equal("true", SettingSources.Read(file, _ => null, []).Get("probe-pod-security"));
        File.Delete(file);
    }

    [Fact]
    public void A_secret_in_a_bad_search_url_is_not_repeated()
    {
        Assert.DoesNotContain(Read(("search", "htp://user:hunter2@x")).Problems, problem => problem.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void One_name_three_ways_the_environment_over_the_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"coral":{"cert-dir":"from-file","cluster":"c1","typo":1},"other":{}}""");
        var problems = new List<string>();
        var sources = SettingSources.Read(file, name => name == "CORAL_CERT_DIR" ? "from-environment" : null, problems);

        Assert.Equal(("from-environment", "c1", null), (sources.Get("cert-dir"), sources.Get("cluster"), sources.Get("spool")));
        Assert.Contains("coral:typo", Assert.Single(problems), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("2s", 2000)]
    [InlineData("500ms", 500)]
    [InlineData("1m30s", 90_000)]
    [InlineData("10", null)]
    [InlineData("-1s", null)]
    [InlineData("2s!", null)]
    [InlineData("9999h", null)]
    [InlineData("", null)]
    public void Timeouts_are_read_as_the_API_server_writes_them(string text, int? milliseconds)
    {
        Assert.Equal(milliseconds is not null, GoDuration.TryParse(text, out var duration));
        if (milliseconds is not null) Assert.Equal((double)milliseconds, duration.TotalMilliseconds);
    }

    private static (ServeOptions? Options, List<string> Problems) Read(params (string Name, string Value)[] values)
    {
        var problems = new List<string>();
        return (OptionReader.Read(name => values.FirstOrDefault(value => value.Name == name).Value, problems), problems);
    }
}
