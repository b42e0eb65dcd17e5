using System.Net.Sockets;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>Sends by a client, and says when what was sent is not taken, with the reason, and when it is again. Thread safe.</summary>
/// <param name="client">The client; it ends with this handler.</param>
/// <param name="place">Where it sends to.</param>
/// <param name="say">Takes a line for people.</param>
internal sealed class ToldHandler(HttpClient client, Uri place, Action<string> say) : HttpMessageHandler
{
    private const string GrpcStatus = "grpc-status";
    private const string GrpcMessage = "grpc-message";

    private string? told;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Told(client.Send(Anew(request), HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Tell(Why(e));
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Told(await client.SendAsync(Anew(request), HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Tell(Why(e));
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) client.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A request can be sent by one client only, and this one was.</summary>
    private static HttpRequestMessage Anew(HttpRequestMessage request)
    {
        var same = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content, Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach (var (name, values) in request.Headers) same.Headers.TryAddWithoutValidation(name, values);
        return same;
    }

    private static string Why(Exception failure) => failure is OperationCanceledException ? "no answer in time" : failure.InnerException is { } inner and not SocketException ? inner.Message : failure.Message;

    private HttpResponseMessage Told(HttpResponseMessage answer)
    {
        // An answer of gRPC that has no body says in its head what came of it.
        if (!answer.IsSuccessStatusCode) Tell($"{(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd());
        else if (answer.Headers.TryGetValues(GrpcStatus, out var status) && status.First() is not "0" and var number) Tell($"gRPC {number} {Text(answer)}".TrimEnd());
        else Tell(null);
        return answer;
    }

    private static string Text(HttpResponseMessage answer) => answer.Headers.TryGetValues(GrpcMessage, out var message) ? Uri.UnescapeDataString(message.First()) : "";

    private void Tell(string? why)
    {
        var before = Interlocked.Exchange(ref told, why);
        if (why is not null && why != before) say($"metrics were not taken by {place}: {why}; they are sent again with the next ones");
        else if (why is null && before is not null) say($"metrics are taken by {place} again");
    }
}
