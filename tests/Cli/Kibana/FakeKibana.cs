using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.Kibana;

/// <summary>Answers as the import and the rule API of Kibana are documented, or as OpenSearch Dashboards, which has no rules. It holds what it was given.</summary>
internal sealed class FakeKibana
{
    public bool IsKibana { get; init; } = true;

    public string Base { get; init; } = "";

    public string? Space { get; init; }

    public string? Authorization { get; init; }

    public bool HasRules { get; init; } = true;

    /// <summary>An object that it refuses, with what it says of it.</summary>
    public (string Id, string Error)? Refuses { get; init; }

    public Dictionary<string, JsonElement> Objects { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, JsonElement> Rules { get; } = new(StringComparer.Ordinal);

    public List<string> Requests { get; } = [];

    private string Inside => Space is null ? Base : $"{Base}/s/{Space}";

    public async Task Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        Requests.Add($"{request.Method} {request.Path}{request.QueryString}");
        if (IsKibana) response.Headers["kbn-name"] = "fake";
        if (Authorization is not null && request.Headers.Authorization != Authorization) await Say(401, """{"statusCode":401,"error":"Unauthorized","message":"who are you"}""");
        else if (request.Path == Base + "/api/status") await Say(200, """{"name":"fake","version":{"number":"8.19.2"},"status":{}}""");
        else if (!request.Headers.ContainsKey(IsKibana ? "kbn-xsrf" : "osd-xsrf")) await Say(400, """{"statusCode":400,"error":"Bad Request","message":"Request must contain a header."}""");
        else if (request.Path == Inside + "/api/saved_objects/_import") await Say(200, await Import(request));
        else if (HasRules && IsKibana && request.Path.Value!.StartsWith(Inside + "/api/alerting/rule/", StringComparison.Ordinal)) await Rule(request);
        else await Say(404, """{"statusCode":404,"error":"Not Found","message":"Not Found"}""");

        async Task Rule(HttpRequest request)
        {
            var id = request.Path.Value!.Split('/')[^1];
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
            if (request.Method == "POST" && Rules.ContainsKey(id)) await Say(409, """{"statusCode":409,"error":"Conflict","message":"Saved object conflict"}""");
            else if (request.Method == "PUT" && body.TryGetProperty("consumer", out _)) await Say(400, """{"statusCode":400,"message":"[request body.consumer]: definition for this key is missing"}""");
            else
            {
                Rules[id] = body;
                await Say(200, "{}");
            }
        }

        Task Say(int status, string json)
        {
            response.StatusCode = status;
            response.ContentType = "application/json";
            return response.WriteAsync(json);
        }
    }

    private async Task<string> Import(HttpRequest request)
    {
        var file = Assert.Single((await request.ReadFormAsync()).Files);
        Assert.Equal(("file", "coral.ndjson"), (file.Name, file.FileName));
        using var reader = new StreamReader(file.OpenReadStream());
        var (errors, stored) = (new List<string>(), 0);
        while (await reader.ReadLineAsync() is { } line)
        {
            var item = JsonElement.Parse(line);
            var (type, id) = (item.GetProperty("type").GetString()!, item.GetProperty("id").GetString()!);
            var error = Refuses is { } refused && refused.Id == id ? refused.Error
                : Objects.ContainsKey($"{type} {id}") && request.Query["overwrite"] != "true" ? """{"type":"conflict"}""" : null;
            if (error is not null)
            {
                errors.Add($$"""{"id":"{{id}}","type":"{{type}}","error":{{error}}}""");
                continue;
            }

            Objects[$"{type} {id}"] = item;
            stored++;
        }

        return errors.Count == 0 ? $$"""{"success":true,"successCount":{{stored}}}""" : $$"""{"success":false,"successCount":{{stored}},"errors":[{{string.Join(',', errors)}}]}""";
    }
}
