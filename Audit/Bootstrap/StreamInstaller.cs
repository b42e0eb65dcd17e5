using System.Collections.Immutable;
using System.Text;
using Coral.Audit.Shipping;

namespace Coral.Audit.Bootstrap;

/// <summary>Prepares a server for one stream: components, lifecycle, index template, and the stream itself. Not thread safe.</summary>
internal sealed class StreamInstaller(SearchClient client, AuditStream stream, bool isNeeded, ServerInfo server, FieldTypes types)
{
    public const string NoRight = "right to update the templates";

    private const string Unfinished = "";

    private readonly TemplateBodies bodies = new(stream);

    /// <summary>Returns what the server lacks. Writes only when something changed since the last time. Throws as <see cref="TemplateInstaller.InstallAsync"/> does.</summary>
    public async Task<ImmutableArray<string>> InstallAsync(CancellationToken cancel)
    {
        var hash = bodies.Hash(server);
        var existing = await client.GetAsync("_index_template/" + bodies.Template, cancel);
        var (knownHash, knownLacks) = TemplateMeta.Read(existing);
        if (knownHash == hash) return knownLacks;

        var mapping = await PutMappingAsync(cancel);
        // An account that may only write documents is the safer one; someone else made the templates.
        if (mapping.Status == 403) return await KeepAsync(existing, knownLacks, mapping, cancel);
        if (!mapping.IsSuccess) throw client.Refused("PUT _component_template/" + bodies.MappingComponent, mapping);
        var lacks = ImmutableArray.CreateBuilder<string>();
        lacks.AddRange(types.Lacks(stream));
        var ilm = await PutPolicyAsync(lacks, cancel);
        await PutAsync("_component_template/" + bodies.SettingsComponent, bodies.Settings(server.NeedsIndexMode, ilm), cancel);
        var streamLifecycle = await PutIndexTemplateAsync(lacks, cancel);
        await PrepareStreamAsync(cancel);
        // Last, so that what broke off before is begun anew at the next try.
        await PutAsync("_index_template/" + bodies.Template, bodies.IndexTemplate(hash, lacks, streamLifecycle), cancel);
        return lacks.ToImmutable();
    }

    private async Task<SearchAnswer> PutMappingAsync(CancellationToken cancel)
    {
        while (true)
        {
            var answer = await client.PutAsync("_component_template/" + bodies.MappingComponent, bodies.Mappings(types), cancel);
            if (answer.Status != 400 || !types.Learn(Encoding.UTF8.GetString(answer.Body))) return answer;
        }
    }

    private async Task<ImmutableArray<string>> KeepAsync(SearchAnswer template, ImmutableArray<string> lacks, SearchAnswer refusal, CancellationToken cancel)
    {
        if (template.IsSuccess || (await client.GetAsync("_data_stream/" + stream.Name, cancel)).IsSuccess) return lacks.Add(NoRight);
        // Nothing can be written to it then, but that must not hold up the others.
        if (!isNeeded) return [NoRight, "stream " + stream.Name];
        throw client.Refused("PUT _component_template/" + bodies.MappingComponent, refusal);
    }

    /// <summary>A policy that is there is left as it is: that is where an operator says how long documents stay. Returns whether index lifecycle management takes care of the stream.</summary>
    private async Task<bool> PutPolicyAsync(ImmutableArray<string>.Builder lacks, CancellationToken cancel)
    {
        if (server.HasStreamLifecycle) return false;
        var (path, body) = server.IsOpenSearch ? ("_plugins/_ism/policies/" + bodies.Policy, bodies.Ism()) : ("_ilm/policy/" + bodies.Policy, bodies.Ilm());
        if ((await client.GetAsync(path, cancel)).IsSuccess || (await client.PutAsync(path, body, cancel)).IsSuccess) return !server.IsOpenSearch;
        lacks.Add("lifecycle");
        return false;
    }

    /// <summary>Not yet with the hash, which says that all is done. Returns whether the stream's own lifecycle takes care of it.</summary>
    private async Task<bool> PutIndexTemplateAsync(ImmutableArray<string>.Builder lacks, CancellationToken cancel)
    {
        var path = "_index_template/" + bodies.Template;
        if (server.HasStreamLifecycle)
        {
            var answer = await client.PutAsync(path, bodies.IndexTemplate(Unfinished, lacks, streamLifecycle: true), cancel);
            if (answer.IsSuccess) return true;
            if (answer.Status != 400) throw client.Refused("PUT " + path, answer);
            lacks.Add("lifecycle");
        }

        await PutAsync(path, bodies.IndexTemplate(Unfinished, lacks, streamLifecycle: false), cancel);
        return false;
    }

    /// <summary>Backing indices keep the mapping that they were made with: an old stream gets a new one.</summary>
    private async Task PrepareStreamAsync(CancellationToken cancel)
    {
        var made = await client.PutAsync("_data_stream/" + stream.Name, "", cancel);
        if (made.IsSuccess) return;
        // 400: it is there. 405: this server makes streams only with their first document, and whether it is there shows below.
        if (made.Status is not (400 or 405)) throw client.Refused("PUT _data_stream/" + stream.Name, made);
        var rolled = await client.PostAsync(stream.Name + "/_rollover", "", cancel);
        if (!rolled.IsSuccess && (made.Status, rolled.Status) != (405, 404)) throw client.Refused("POST " + stream.Name + "/_rollover", rolled);
    }

    private async Task PutAsync(string path, string json, CancellationToken cancel)
    {
        var answer = await client.PutAsync(path, json, cancel);
        if (!answer.IsSuccess) throw client.Refused("PUT " + path, answer);
    }
}
