using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coral.Certs.Tests;

/// <summary>Kestrel serves with what the folder gives, to clients whose only root is its CA.</summary>
public sealed class HandshakeTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private ServingCertificate serving = null!;
    private WebApplication server = null!;

    public async Task InitializeAsync()
    {
        // Twice, so that the second one serves from the files.
        new CertificateFolder(folder.Path, TimeProvider.System).LoadOrCreate(ServingNames.Of("127.0.0.1", "localhost")).Serving.Dispose();
        serving = new CertificateFolder(folder.Path, TimeProvider.System).LoadOrCreate(ServingNames.Of("127.0.0.1", "localhost")).Serving;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = serving.Certificate;
            https.ServerCertificateChain = serving.Chain;
        })));
        server = builder.Build();
        server.Run(context => context.Response.WriteAsync(context.Request.Protocol));
        await server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        serving.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1")]
    [InlineData("2.0", "HTTP/2")]
    public async Task A_client_that_trusts_only_the_authority_is_served(string version, string expected)
    {
        using var client = Client(folder.Read("ca.crt"));
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("127.0.0.1")) { Version = new(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.SendAsync(request);

        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_client_that_trusts_another_authority_refuses()
    {
        using var other = CertificateAuthority.Create(TimeProvider.System, TimeSpan.FromDays(1));
        using var client = Client(other.CertificatePem);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Address("127.0.0.1")));

        Assert.IsType<AuthenticationException>(error.InnerException);
    }

    [Fact]
    public async Task A_client_that_uses_another_name_refuses()
    {
        using var client = Client(folder.Read("ca.crt"));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Address("127.0.0.2")));

        Assert.IsType<AuthenticationException>(error.InnerException);
    }

    private string Address(string host) => $"https://{host}:{new Uri(server.Urls.First()).Port}/";

    private static HttpClient Client(string caPem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(caPem);
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            // Every loopback address leads to the one server, whatever the name in the URL.
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        });
    }
}
