using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Shipping;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Bootstrap;

/// <summary>What the server is and what it lacks.</summary>
internal sealed record Prepared(ServerInfo Server, ImmutableArray<string> Lacks);

/// <summary>The server won't be prepared; the message is one line for the operator.</summary>
internal sealed class NotPreparedException(string message) : Exception(message);

/// <summary>
/// Prepares a search server: templates, lifecycle, data stream. It writes only what has changed, tries what the server may lack and goes on without it
/// (`research/audit-pipeline.md` §3).
/// </summary>
internal sealed partial class TemplateInstaller(SearchClient client, ILogger logger)
{
    public const string Template = "logs-coral.audit";
    public const string MappingComponent = "coral-ecs@mappings";
    public const string SettingsComponent = "coral-audit@settings";
    public const string Policy = "coral-audit";

    private const string Unfinished = "";

    /// <summary>Throws <see cref="NotPreparedException"/> when an operator has to act, and what <see cref="SearchClient.SendAsync"/> throws.</summary>
    public async Task<Prepared> InstallAsync(CancellationToken cancel)
    {
        var root = await client.GetAsync("", cancel);
        if (!root.IsSuccess) throw Refused("GET /", root);
        var server = ServerInfo.Read(root) ?? throw new NotPreparedException($"{client.Root} is no Elasticsearch or OpenSearch: it answered {root.Excerpt()}");
        var hash = TemplateBodies.Hash(server);
        var existing = await client.GetAsync("_index_template/" + Template, cancel);
        var (knownHash, knownLacks) = ReadMeta(existing);
        if (knownHash == hash) return new Prepared(server, knownLacks);

        var lacks = ImmutableArray.CreateBuilder<string>();
        var mapping = await PutMappingAsync(lacks, cancel);
        if (mapping.Status == 403 && existing.IsSuccess)
        {
            // An account that may only write documents is the safer one; someone else made the templates.
            Log.TemplateKept(logger, client.Root);
            return new Prepared(server, knownLacks.Add("right to update the templates"));
        }

        if (!mapping.IsSuccess) throw Refused("PUT _component_template/" + MappingComponent, mapping);
        var ilm = await PutPolicyAsync(server, lacks, cancel);
        await PutAsync("_component_template/" + SettingsComponent, TemplateBodies.SettingsTemplate(server.NeedsIndexMode, ilm), cancel);
        var streamLifecycle = await PutIndexTemplateAsync(server, lacks, cancel);
        await PrepareStreamAsync(cancel);
        // Last, so that what broke off before is begun anew at the next try.
        await PutAsync("_index_template/" + Template, TemplateBodies.IndexTemplate(hash, lacks, streamLifecycle), cancel);
        var result = lacks.ToImmutable();
        if (result.Length > 0) Log.Lacks(logger, client.Root, string.Join(", ", result));
        return new Prepared(server, result);
    }

    private async Task<SearchAnswer> PutMappingAsync(ImmutableArray<string>.Builder lacks, CancellationToken cancel)
    {
        var missing = new HashSet<string>();
        while (true)
        {
            var answer = await client.PutAsync("_component_template/" + MappingComponent, TemplateBodies.MappingTemplate(missing), cancel);
            var type = answer.Status == 400 ? TemplateBodies.MissingType(System.Text.Encoding.UTF8.GetString(answer.Body)) : null;
            if (type is null || !missing.Add(type)) return answer;
            lacks.Add("type " + type);
        }
    }

    /// <summary>Returns whether index lifecycle management takes care of the stream.</summary>
    private async Task<bool> PutPolicyAsync(ServerInfo server, ImmutableArray<string>.Builder lacks, CancellationToken cancel)
    {
        if (server.HasStreamLifecycle) return false;
        var answer = server.IsOpenSearch
            ? await client.PutAsync("_plugins/_ism/policies/" + Policy, TemplateBodies.Read(TemplateBodies.Ism), cancel)
            : await client.PutAsync("_ilm/policy/" + Policy, TemplateBodies.Read(TemplateBodies.Ilm), cancel);
        // 409: the ISM policy is there already.
        if (answer.IsSuccess || (server.IsOpenSearch && answer.Status == 409)) return !server.IsOpenSearch;
        lacks.Add("lifecycle");
        return false;
    }

    /// <summary>Not yet with the hash, which says that all is done. Returns whether the stream's own lifecycle takes care of it.</summary>
    private async Task<bool> PutIndexTemplateAsync(ServerInfo server, ImmutableArray<string>.Builder lacks, CancellationToken cancel)
    {
        const string Path = "_index_template/" + Template;
        if (server.HasStreamLifecycle)
        {
            var answer = await client.PutAsync(Path, TemplateBodies.IndexTemplate(Unfinished, lacks, streamLifecycle: true), cancel);
            if (answer.IsSuccess) return true;
            if (answer.Status != 400) throw Refused("PUT " + Path, answer);
            lacks.Add("lifecycle");
        }

        await PutAsync(Path, TemplateBodies.IndexTemplate(Unfinished, lacks, streamLifecycle: false), cancel);
        return false;
    }

    /// <summary>Backing indices keep the mapping that they were made with: an old stream gets a new one.</summary>
    private async Task PrepareStreamAsync(CancellationToken cancel)
    {
        var made = await client.PutAsync("_data_stream/" + AuditStream.Audit.Name, "", cancel);
        if (made.IsSuccess) return;
        // 400: it is there. 405: this server makes streams only with their first document, and whether it is there shows below.
        if (made.Status is not (400 or 405)) throw Refused("PUT _data_stream/" + AuditStream.Audit.Name, made);
        var rolled = await client.PostAsync(AuditStream.Audit.Name + "/_rollover", "", cancel);
        if (!rolled.IsSuccess && (made.Status, rolled.Status) != (405, 404)) throw Refused("POST " + AuditStream.Audit.Name + "/_rollover", rolled);
    }

    private async Task PutAsync(string path, string json, CancellationToken cancel)
    {
        var answer = await client.PutAsync(path, json, cancel);
        if (!answer.IsSuccess) throw Refused("PUT " + path, answer);
    }

    private static (string? Hash, ImmutableArray<string> Lacks) ReadMeta(SearchAnswer answer)
    {
        using var json = answer.IsSuccess ? answer.Json() : null;
        if (json is null || !json.RootElement.TryGetProperty("index_templates", out var all) || all.GetArrayLength() == 0) return (null, []);
        if (!all[0].GetProperty("index_template").TryGetProperty("_meta", out var meta) || !meta.TryGetProperty("hash", out var hash)) return (null, []);
        return (hash.GetString(), meta.TryGetProperty("lacks", out var lacks) && lacks.ValueKind == JsonValueKind.Array ? [.. lacks.EnumerateArray().Select(lack => lack.GetString()!)] : []);
    }

    private Exception Refused(string request, SearchAnswer answer) => answer.Status is 408 or 429 or >= 500
        ? new HttpRequestException($"{client.Root}: {request} answered {answer.Status}: {answer.Excerpt()}")
        : new NotPreparedException($"{client.Root}: {request} answered {answer.Status}: {answer.Excerpt()}");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Url} lacks {Lacks}: audit documents are stored without it.")]
        public static partial void Lacks(ILogger logger, Uri url, string lacks);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Url}: no right to update the index template; the one that is there is used.")]
        public static partial void TemplateKept(ILogger logger, Uri url);
    }
}
