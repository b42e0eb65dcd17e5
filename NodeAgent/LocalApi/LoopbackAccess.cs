using System.Net;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>
/// For an API that only this machine reaches: whoever is on it may read. A page in a browser is on it too, by a name of its own that it lets point here (DNS rebinding): so the request must name this machine.
/// </summary>
internal sealed class LoopbackAccess : IApiAccess
{
    private static readonly Refusal OtherName = new(StatusCodes.Status421MisdirectedRequest, "the request must name this machine as localhost or by its loopback address");

    public Task<Refusal?> CheckAsync(HttpContext context)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        var isOurs = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        return Task.FromResult(isOurs ? null : OtherName);
    }
}
