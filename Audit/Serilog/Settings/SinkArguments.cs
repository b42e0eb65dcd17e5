using System.Collections.Specialized;
using System.Globalization;
using System.Text.Json;
using Serilog.Events;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Logging;

/// <summary>Reads the arguments of one <c>WriteTo</c> entry by the names of the package's settings, in any case. Complaints never repeat a value, because it may hold a password.</summary>
internal sealed class SinkArguments
{
    private static readonly Dictionary<string, Action<ElasticsearchSinkOptions, SinkArguments, string>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nodeUris"] = static (_, _, _) => { },
        ["apiKey"] = static (o, a, name) => o.ApiKey = a.Text(name),
        ["indexFormat"] = static (o, a, name) => o.IndexFormat = a.Text(name) ?? o.IndexFormat,
        ["templateName"] = static (o, a, name) => o.TemplateName = a.Text(name) ?? o.TemplateName,
        ["typeName"] = static (o, a, name) => o.TypeName = a.Text(name),
        ["batchPostingLimit"] = static (o, a, name) => o.BatchPostingLimit = (int)a.Number(name, o.BatchPostingLimit, 1, int.MaxValue),
        ["period"] = static (o, a, name) => o.Period = TimeSpan.FromSeconds(a.Number(name, 2, 0, 86_400)),
        ["inlineFields"] = static (o, a, name) => o.InlineFields = a.Truth(name, o.InlineFields),
        ["restrictedToMinimumLevel"] = static (o, a, name) => o.MinimumLogEventLevel = a.Choice(name, LevelAlias.Minimum),
        ["bufferBaseFilename"] = static (o, a, name) => o.BufferBaseFilename = a.Text(name),
        ["bufferFileSizeLimitBytes"] = static (o, a, name) => o.BufferFileSizeLimitBytes = a.Number(name, o.BufferFileSizeLimitBytes ?? 0, 1, long.MaxValue),
        ["bufferFileCountLimit"] = static (o, a, name) => o.BufferFileCountLimit = (int)a.Number(name, o.BufferFileCountLimit ?? 0, 1, int.MaxValue),
        ["bufferLogShippingInterval"] = static (o, a, name) => o.BufferLogShippingInterval = TimeSpan.FromMilliseconds(a.Number(name, 5000, 0, 86_400_000)),
        ["bufferRetainedInvalidPayloadsLimitBytes"] = static (o, a, name) => o.BufferRetainedInvalidPayloadsLimitBytes = a.Number(name, 0, 0, long.MaxValue),
        ["connectionGlobalHeaders"] = static (o, a, name) => a.Headers(o, name),
        ["connectionTimeout"] = static (o, a, name) => o.ConnectionTimeout = TimeSpan.FromSeconds(a.Number(name, 5, 1, 86_400)),
        ["emitEventFailure"] = static (o, a, name) => o.EmitEventFailure = a.Choice(name, o.EmitEventFailure),
        ["queueSizeLimit"] = static (o, a, name) => o.QueueSizeLimit = (int)a.Number(name, o.QueueSizeLimit, 0, int.MaxValue),
        ["pipelineName"] = static (o, a, name) => o.PipelineName = a.Text(name),
        ["autoRegisterTemplate"] = static (o, a, name) => o.AutoRegisterTemplate = a.Truth(name, o.AutoRegisterTemplate),
        ["autoRegisterTemplateVersion"] = static (o, a, name) => o.AutoRegisterTemplateVersion = a.Choice(name, o.AutoRegisterTemplateVersion),
        ["overwriteTemplate"] = static (o, a, name) => o.OverwriteTemplate = a.Truth(name, o.OverwriteTemplate),
        ["registerTemplateFailure"] = static (o, a, name) => o.RegisterTemplateFailure = a.Choice(name, o.RegisterTemplateFailure),
        ["deadLetterIndexName"] = static (o, a, name) => o.DeadLetterIndexName = a.Text(name) ?? o.DeadLetterIndexName,
        ["numberOfShards"] = static (o, a, name) => o.NumberOfShards = (int)a.Number(name, 1, 1, 1024),
        ["numberOfReplicas"] = static (o, a, name) => o.NumberOfReplicas = (int)a.Number(name, 1, 0, 1024),
        ["singleEventSizePostingLimit"] = static (o, a, name) => o.SingleEventSizePostingLimit = a.Number(name, 0, 1, long.MaxValue),
        ["batchAction"] = static (o, a, name) => o.BatchAction = a.Choice(name, o.BatchAction),
        ["detectElasticsearchVersion"] = static (o, a, name) => o.DetectElasticsearchVersion = a.Truth(name, o.DetectElasticsearchVersion),
    };

    private readonly Dictionary<string, JsonElement> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly string place;
    private readonly List<string> problems;

    private SinkArguments(string place, List<string> problems)
    {
        this.place = place;
        this.problems = problems;
    }

    /// <summary>Every name that is read.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The options, with a line in <paramref name="problems"/> for each mistake.</summary>
    public static ElasticsearchSinkOptions Read(JsonElement arguments, string place, List<string> problems)
    {
        var reader = new SinkArguments(place, problems);
        if (arguments.ValueKind == JsonValueKind.Object)
            foreach (var member in arguments.EnumerateObject())
                reader.values[member.Name] = member.Value;
        else if (arguments.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) problems.Add($"{place} must be an object");
        var options = new ElasticsearchSinkOptions(reader.Nodes());
        foreach (var name in reader.values.Keys)
        {
            if (Known.TryGetValue(name, out var set)) set(options, reader, name);
            else problems.Add($"{place}:{name} is not read; there are {string.Join(", ", Known.Keys)}");
        }

        return options;
    }

    private static string[] Parts(string list) => list.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private Uri[] Nodes()
    {
        if (Text("nodeUris") is not { Length: > 0 } list)
        {
            problems.Add($"{place}:nodeUris is missing: http or https addresses with commas between");
            return [];
        }

        var nodes = new List<Uri>();
        foreach (var part in Parts(list))
        {
            if (Uri.TryCreate(part, UriKind.Absolute, out var node) && node.Scheme is "http" or "https") nodes.Add(node);
            else problems.Add($"{place}:nodeUris: number {nodes.Count + 1} is no http or https address");
        }

        return [.. nodes];
    }

    private void Headers(ElasticsearchSinkOptions options, string name)
    {
        var headers = new NameValueCollection();
        foreach (var part in Parts(Text(name) ?? ""))
        {
            var equals = part.IndexOf('=');
            if (equals > 0) headers.Add(part[..equals].Trim(), part[(equals + 1)..].Trim());
            else problems.Add($"{place}:{name} must be name=value with commas between");
        }

        if (headers.Count > 0) options.ModifyConnectionSettings = connection => connection.GlobalHeaders(headers);
    }

    /// <summary>Settings are texts in most places that they can come from.</summary>
    private string? Text(string name) => !values.TryGetValue(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Null => null,
        _ => Wrong(name, "must be a text, number or truth value"),
    };

    private string? Wrong(string name, string rule)
    {
        problems.Add($"{place}:{name} {rule}");
        return null;
    }

    private long Number(string name, long otherwise, long least, long most)
    {
        if (Text(name) is not { } text) return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Wrong(name, $"must be a whole number from {least} to {most}");
        return otherwise;
    }

    private bool Truth(string name, bool otherwise)
    {
        if (Text(name) is not { } text) return otherwise;
        if (bool.TryParse(text, out var truth)) return truth;
        Wrong(name, "must be true or false");
        return otherwise;
    }

    private T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (Text(name) is not { } text) return otherwise;
        if (!text.Any(char.IsAsciiDigit) || Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase))
            if (Enum.TryParse<T>(text, ignoreCase: true, out var choice))
                return choice;
        Wrong(name, $"must be one of {string.Join(", ", Enum.GetNames<T>())}");
        return otherwise;
    }
}
