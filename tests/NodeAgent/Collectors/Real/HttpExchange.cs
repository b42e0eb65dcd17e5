using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>A request and its answer as bytes, with what must be counted of it: known because it was made so, not because it was read.</summary>
internal sealed record HttpExchange(string Method, string Path, int Status, byte[] Request, byte[] Response, bool EndsConnection = false)
{
    private static readonly string[] Paths = ["/", "/index.html", "/a/b?c=d", "*", "http://host/x", "/" + new string('p', 40), "/" + new string('q', 300), "/HTTP/1.1", "/GET"];
    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"];
    private static readonly int[] Statuses = [200, 200, 200, 201, 206, 301, 400, 404, 418, 499];

    /// <summary>One of many kinds.</summary>
    internal static HttpExchange Random(Random random)
    {
        var path = Paths[random.Next(Paths.Length)];
        var method = random.Next(8) == 0 ? "HEAD" : Methods[random.Next(Methods.Length)];
        var status = random.Next(6) switch { 0 => 204, 1 => 304, _ => Statuses[random.Next(Statuses.Length)] };
        var hasBody = method is "POST" or "PUT" or "PATCH" && random.Next(4) != 0;
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\n{Fields(random)}");
        request.Append(hasBody ? Body(random) : "\r\n");
        var response = new StringBuilder();
        for (var interim = random.Next(6) == 0 ? random.Next(1, 3) : 0; interim > 0; interim--) response.Append(random.Next(2) == 0 ? "HTTP/1.1 100 Continue\r\n\r\n" : "HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n");
        response.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {(random.Next(3) == 0 ? "" : "Some Reason")}\r\n{Fields(random)}");
        if (method == "HEAD" || status is 304) response.Append(random.Next(2) == 0 ? "Content-Length: 1234\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n");
        else if (status == 204) response.Append("\r\n");
        else response.Append(Body(random));
        return new HttpExchange(method, path, status, Encoding.Latin1.GetBytes(request.ToString()), Encoding.Latin1.GetBytes(response.ToString()));
    }

    /// <summary>With a length or in chunks; what is in it looks like more requests and answers.</summary>
    private static string Body(Random random)
    {
        var bytes = random.Next(5) switch { 0 => 0, 1 => random.Next(10), 2 => random.Next(5000), _ => random.Next(300) };
        var text = string.Concat(Enumerable.Repeat("GET /not-me HTTP/1.1\r\n\r\nHTTP/1.1 500 Not me\r\nContent-Length: 7\r\n\r\n", (bytes / 60) + 1))[..bytes];
        if (random.Next(2) == 0) return string.Create(CultureInfo.InvariantCulture, $"{Cased(random, "Content-Length")}:{(random.Next(2) == 0 ? " " : "")}{bytes}\r\n{Fields(random)}\r\n{text}");
        var chunked = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Cased(random, "Transfer-Encoding")}: {(random.Next(3) == 0 ? "gzip, " : "")}{Cased(random, "chunked")}\r\n{Fields(random)}\r\n");
        while (text.Length > 0)
        {
            var size = Math.Min(text.Length, random.Next(1, 400));
            chunked.Append(CultureInfo.InvariantCulture, $"{(random.Next(2) == 0 ? size.ToString("x") : size.ToString("X4"))}{(random.Next(4) == 0 ? ";name=value" : "")}\r\n{text[..size]}\r\n");
            text = text[size..];
        }

        return chunked.Append("0\r\n").Append(random.Next(3) == 0 ? "Content-Length: 99\r\n" : "").Append("\r\n").ToString();
    }

    private static string Fields(Random random)
    {
        ImmutableArray<string> all =
        [
            "Host: example.test\r\n", "Accept: */*\r\n", "X-Long: " + new string('v', random.Next(60, 700)) + "\r\n", "Cookie: Content-Length: 5\r\n", "X-Content-Length: 17\r\n",
            "Content-Type: text/plain\r\n", "Transfer: chunked\r\n", "X-Encoding: chunked\r\n", "Empty:\r\n",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => all[random.Next(all.Length)]));
    }

    private static string Cased(Random random, string name) => random.Next(3) switch { 0 => name, 1 => name.ToLowerInvariant(), _ => name.ToUpperInvariant() };
}
