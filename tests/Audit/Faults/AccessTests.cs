using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Coral.Audit.Shipping;
using Coral.Audit.Shipping.Access;
using Coral.Audit.Tests.Shipping;
using Coral.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Coral.Audit.Tests.Faults;

/// <summary>Who we are to the server, and how we know it.</summary>
public sealed class AccessTests : IDisposable
{
    private const int Many = 40;
    private const string Planted = "pl4nted-s3cret";

    private readonly string folder = Directory.CreateTempSubdirectory("coral-access-").FullName;

    public static TheoryData<string> Ways => ["api key", "id and key", "token", "password", "password in the URL", "key in memory"];

    [Theory]
    [InlineData(401, BlockReasons.Unauthorized)]
    [InlineData(403, BlockReasons.Forbidden)]
    public async Task Case_08_without_access_documents_are_held_until_the_key_on_the_disk_is_another(int status, string reason)
    {
        await using var scene = await ShippingScene.StartAsync();
        var refused = 0;
        scene.Server.OnAccess = header =>
        {
            if (header == "ApiKey new") return null;
            Interlocked.Increment(ref refused);
            return status;
        };
        var file = Write("key", "old\n");
        scene.Append(Many);
        using var shipper = scene.Shipper(options => options with { Access = new SearchAccess { ApiKeyFile = file } });
        var running = shipper.DrainAsync(default);
        await Wait.Until(() => Volatile.Read(ref refused) > 5, "it is tried again and again");
        Assert.Equal((ShipperState.Blocked, Many), (shipper.Status.State, scene.Counts.Pending));
        Assert.Equal(BlockReasons.Bootstrap, shipper.Status.Reason);
        File.WriteAllText(file, "new\n");
        await running;
        Oracle.Check(scene);
        Assert.Equal((Many, 0, 0), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));

        // Access is taken away while shipping: held, the server prepared anew, and on.
        scene.Append(Many);
        scene.Server.Requests.Clear();
        scene.Server.Faults.Enqueue((context, _, _) => FakeElasticsearch.Answer(context, status, "{}"));
        var reasons = new ConcurrentQueue<string>();
        AuditShipper? again = null;
        using (again = scene.Shipper(options => options with
        {
            Access = new SearchAccess { ApiKeyFile = file },
            Random = () =>
            {
                reasons.Enqueue(again!.Status.Reason);
                return 0;
            },
        }))
        {
            await again.DrainAsync(default);
        }

        Oracle.Check(scene);
        Assert.Equal([reason], reasons);
        Assert.Equal(2, scene.Server.Requests.Count(request => request == "GET "));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Case_08_no_secret_is_told_though_the_server_tells_what_it_was_sent(string way)
    {
        await using var scene = await ShippingScene.StartAsync();
        var seen = new ConcurrentQueue<string>();
        scene.Server.OnAccess = header =>
        {
            seen.Enqueue(header);
            return 401;
        };
        var (access, url, expected) = Make(way, scene.Server.Url);
        scene.Append(1);
        using var stop = new CancellationTokenSource();
        using var shipper = scene.Shipper(options => options with { Access = access, ApiKey = way == "key in memory" ? Planted : null, ShutdownTimeout = TimeSpan.Zero }, url);
        var running = shipper.RunAsync(stop.Token);
        await Wait.Until(() => shipper.Status.State == ShipperState.Blocked, "the shipper is blocked");
        var said = $"{shipper.Status}\n{string.Join('\n', scene.Log.All)}\n{Instruments()}\n{shipper.Status.Detail}";
        await stop.CancelAsync();
        await running;
        Assert.Equal(expected, Assert.Single(seen.Distinct()));
        said += string.Join('\n', scene.Log.All);
        Assert.Contains("[redacted]", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, said, StringComparison.Ordinal);
        Assert.DoesNotContain(expected[(expected.IndexOf(' ') + 1)..], said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent", "cannot be read")]
    [InlineData("", "there is nothing in it")]
    [InlineData("first line\nsecond " + Planted, "a secret in one line")]
    public async Task A_file_that_is_no_secret_is_named_and_not_shown_and_a_good_one_is_used_at_once(string content, string complaint)
    {
        await using var scene = await ShippingScene.StartAsync();
        var file = content == "absent" ? Path.Combine(folder, "absent") : Write("key", content);
        var access = new SearchAccess { TokenFile = file };
        Assert.Contains(complaint, Assert.Single(access.Problems()), StringComparison.Ordinal);
        scene.Append(Many);
        using var shipper = scene.Shipper(options => options with { Access = access });
        var running = shipper.DrainAsync(default);
        await Wait.Until(() => shipper.Status.Detail.Contains(complaint, StringComparison.Ordinal), "the status names it", () => $"{shipper.Status}");
        Assert.Contains(file, shipper.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, shipper.Status.Detail, StringComparison.Ordinal);
        File.WriteAllText(file, "good");
        await running;
        Oracle.Check(scene);
        Assert.Equal(0, scene.Counts.Ambiguous);
    }

    [Fact]
    public async Task A_private_CA_and_a_client_certificate_are_used_and_a_new_one_counts_at_once()
    {
        using var pki = new Pki();
        var names = new ConcurrentQueue<string>();
        await using var server = await FakeElasticsearch.StartAsync(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = pki.Issue("127.0.0.1"),
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, _, _) =>
            {
                names.Enqueue(certificate.Subject);
                return true;
            },
        });
        await using var scene = await ShippingScene.StartAsync();
        var (certificate, key) = pki.IssueFiles("first");
        var access = new SearchAccess { CaFile = pki.CaFile, CertificateFile = certificate, KeyFile = key };
        Assert.Empty(access.Problems());
        using var shipper = scene.Shipper(options => options with { Access = access }, server.Url);
        using var stop = new CancellationTokenSource();
        var running = shipper.RunAsync(stop.Token);
        var ids = scene.Append(Many);
        await Wait.Until(() => scene.Counts.Pending == 0, "the first are shipped", () => $"{shipper.Status}");
        pki.IssueFiles("second");
        ids.AddRange(scene.Append(Many));
        await Wait.Until(() => scene.Counts.Pending == 0, "the second are shipped", () => $"{shipper.Status}");
        await stop.CancelAsync();
        await running;
        Assert.Equal(ids, server.Ids);
        Assert.Equal(["CN=first", "CN=second"], names.Distinct());
    }

    [Fact]
    public void Files_for_TLS_that_do_not_fit_are_named()
    {
        using var pki = new Pki();
        var (certificate, key) = pki.IssueFiles("one");
        var other = Write("other.key", File.ReadAllText(key));
        pki.IssueFiles("two");
        Assert.Equal(
            [$"{certificate} with {other}: no certificate in PEM, or not with its unencrypted key"],
            new SearchAccess { CertificateFile = certificate, KeyFile = other }.Problems());
        Assert.Equal([$"{key}: there is no PEM certificate in it"], new SearchAccess { CaFile = key }.Problems());
        Assert.Contains("cannot be read", Assert.Single(new SearchAccess { CaFile = Path.Combine(folder, "no.crt") }.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo:bG9jYWxob3N0JGFiY2QkZWZnaA==", "https://abcd.localhost/")]
    [InlineData("eu:ZXUuZXhhbXBsZS5jb206OTI0MyRlcyRraWJhbmE=", "https://es.eu.example.com:9243/")]
    [InlineData("eu:ZXUuZXhhbXBsZS5jb20kZXM6OTI0NCRraWJhbmE6OTI0NQ==", "https://es.eu.example.com:9244/")]
    public void A_cloud_id_names_the_address(string id, string address)
    {
        Assert.True(CloudId.TryParse(id, out var parsed, out var problem), problem);
        Assert.Equal(new Uri(address), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("demo:")]
    [InlineData("demo:no base64!")]
    [InlineData("demo:bG9jYWxob3N0")]
    [InlineData("demo:JGFiY2Q=")]
    [InlineData("demo:ZXUuZXhhbXBsZS5jb206bm8kZXM=")]
    [InlineData("demo:YS9iJGM=")]
    public void What_is_no_cloud_id_is_refused(string id) => Assert.False(CloudId.TryParse(id, out _, out _));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The access, the address, and the header that shall come of it.</summary>
    private (SearchAccess Access, Uri Url, string Header) Make(string way, Uri url) => way switch
    {
        "api key" => (new SearchAccess { ApiKeyFile = Write("key", Planted) }, url, "ApiKey " + Planted),
        "id and key" => (new SearchAccess { ApiKeyFile = Write("key", "id:" + Planted) }, url, "ApiKey " + Encode("id:" + Planted)),
        "token" => (new SearchAccess { TokenFile = Write("token", Planted + "\n") }, url, "Bearer " + Planted),
        "password" => (new SearchAccess { User = "coral", PasswordFile = Write("password", Planted) }, url, "Basic " + Encode("coral:" + Planted)),
        "password in the URL" => (new SearchAccess(), new UriBuilder(url) { UserName = "coral", Password = Planted }.Uri, "Basic " + Encode("coral:" + Planted)),
        _ => (new SearchAccess(), url, "ApiKey " + Planted),
    };

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>All that our meter tells.</summary>
    private static string Instruments()
    {
        // Other tests count at the same time.
        var told = new ConcurrentQueue<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, to) => to.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => told.Enqueue($"{instrument.Name} {value} {string.Join(',', tags.ToArray())}"));
        listener.Start();
        listener.RecordObservableInstruments();
        return string.Join('\n', told);
    }
}
