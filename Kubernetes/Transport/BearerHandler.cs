using System.Net;
using System.Net.Http.Headers;

namespace Coral.Kubernetes;

/// <summary>Adds the token. When it is refused and a fresh one can be had, the request is sent once more: nothing was done for the first.</summary>
internal sealed class BearerHandler(ICredentials credentials, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Like kubectl: a secret never travels unencrypted.
        if (request.RequestUri?.Scheme != Uri.UriSchemeHttps) return await base.SendAsync(request, cancellationToken);
        var token = await AuthorizeAsync(request, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !credentials.Refused(token)) return response;
        response.Dispose();
        await AuthorizeAsync(request, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<string?> AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var token = await credentials.TokenAsync(cancellation);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return token;
    }
}
