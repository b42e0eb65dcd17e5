using System.Globalization;
using System.Net;
using Coral.Testing.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Coral.Bench.Outages;

/// <summary>A stand-in for a search server as a program: <c>PUT /STATE</c> at a second address says how it shall be, <c>GET /stored</c> how many documents it has.</summary>
internal static class StandInServer
{
    /// <summary>Serves until SIGTERM.</summary>
    internal static async Task<int> RunAsync(string listen, string control)
    {
        if (!IPEndPoint.TryParse(listen, out var search) || !IPEndPoint.TryParse(control, out var endpoint) || !IPAddress.IsLoopback(search.Address) || !IPAddress.IsLoopback(endpoint.Address))
        {
            await Console.Error.WriteLineAsync("Coral.Bench: --listen and --control must be loopback ADDRESS:PORT");
            return 2;
        }

        await using var server = await SearchStandIn.StartAsync(search.Port);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(endpoint));
        await using var application = builder.Build();
        application.Run(async context =>
        {
            if (context.Request.Method == "PUT")
            {
                if (Enum.TryParse<SearchState>(context.Request.Path.Value![1..], ignoreCase: true, out var state)) await server.SetAsync(state);
                else context.Response.StatusCode = 404;
                return;
            }

            await context.Response.WriteAsync(server.Stored.Count.ToString(CultureInfo.InvariantCulture) + "\n");
        });
        await application.RunAsync();
        return 0;
    }
}
