using System.Collections.Immutable;
using Coral.Audit.Shipping;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Bootstrap;

/// <summary>
/// Prepares a search server for some streams, of which the first must be there and the others may lack. It writes only what has changed, tries what the server may lack and goes on without it
/// (`research/audit-pipeline.md` §3).
/// </summary>
internal sealed partial class TemplateInstaller(SearchClient client, ILogger logger, ImmutableArray<AuditStream> streams)
{
    private bool complained;

    /// <summary>Throws <see cref="NotPreparedException"/> when an operator has to act, and what <see cref="SearchClient.SendAsync"/> throws.</summary>
    public async Task<Prepared> InstallAsync(CancellationToken cancel)
    {
        var root = await client.GetAsync("", cancel);
        if (!root.IsSuccess) throw client.Refused("GET /", root);
        var server = ServerInfo.Read(root) ?? throw new NotPreparedException($"{client.Root} is no Elasticsearch or OpenSearch: it answered {root.Excerpt()}");
        var types = new FieldTypes(server.IsOpenSearch);
        var all = new List<string>();
        foreach (var stream in streams) all.AddRange(await new StreamInstaller(client, stream, stream == streams[0], server, types).InstallAsync(cancel));
        ImmutableArray<string> lacks = [.. all.Distinct()];
        Complain(lacks);
        return new Prepared(server, lacks);
    }

    /// <summary>Once: the server is prepared anew whenever it refuses us.</summary>
    private void Complain(ImmutableArray<string> lacks)
    {
        if (complained || lacks.IsEmpty) return;
        complained = true;
        if (lacks.Contains(StreamInstaller.NoRight)) Log.TemplatesKept(logger, client.Root);
        var others = string.Join(", ", lacks.Where(lack => lack != StreamInstaller.NoRight));
        if (others.Length > 0) Log.Lacks(logger, client.Root, others);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Url} lacks {Lacks}: audit documents are stored without it.")]
        public static partial void Lacks(ILogger logger, Uri url, string lacks);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Url}: no right to update the index templates; those that are there are used.")]
        public static partial void TemplatesKept(ILogger logger, Uri url);
    }
}
