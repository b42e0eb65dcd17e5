using System.Net;

namespace Coral.Kubernetes;

/// <summary>
/// Repeats a request whose answer was lost because it came before the body was sent. An API server that refuses a request by its head alone closes the
/// stream; what is still on its way there is then answered by a reset with STREAM_CLOSED (RFC 9113, 5.1), which the platform's handler prefers to the answer.
/// A server that has not seen the end of a body has not acted on it, so repeating is safe for every method. HTTP/1.1 has no streams to close.
/// </summary>
internal sealed class EarlyAnswerHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const long StreamClosed = 0x5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure) when (request.Content is not null && IsEarlyAnswer(failure))
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private static bool IsEarlyAnswer(HttpRequestException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException { ErrorCode: StreamClosed }) return true;
        }

        return false;
    }
}
