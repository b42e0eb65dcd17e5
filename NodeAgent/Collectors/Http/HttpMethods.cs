namespace Coral.NodeAgent.Collectors.Http;

/// <summary>Methods by the numbers of the programs (<c>enum method</c> of bpf/http_latency/tables.h).</summary>
internal static class HttpMethods
{
    /// <summary>Stands for methods that are not counted by name, so that there are never many.</summary>
    internal const string Other = "OTHER";

    /// <summary>Stands for methods of HTTP/2 that are not GET or POST: they are counted and not guessed.</summary>
    internal const string Unknown = "*";

    private static readonly string[] Names = [Other, "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", Unknown];

    internal static string NameOf(byte number) => number < Names.Length ? Names[number] : Other;
}
