using System.CommandLine;
using System.Text.Json;
using Coral.Cli.Output;

namespace Coral.Cli.Kibana;

/// <summary>The verb <c>kibana import</c>.</summary>
internal static class ImportCommand
{
    private const string Summary = "Bring data views, saved searches, dashboards and alert rules into Kibana, or into OpenSearch Dashboards (without rules).";

    private const string More = """
        What is there under the same id stays as it is, unless --overwrite is given. Rules have no actions: add yours in Kibana.
        Exit: 0 all imported, 1 some exist or were refused, 2 bad input, 3 Kibana unreachable or refusing.

        Examples:
          coral kibana import --url http://127.0.0.1:5601 --dry-run
          coral kibana import --url https://kibana.example.org --space ops --api-key-file key --overwrite
        """;

    private static readonly string[] Header = ["Type", "Id", "State", "Title", "Says"];

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("import", Summary, More);
        var access = new KibanaAccess();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what is there under the same id" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only ask who answers, and list what would be imported" };
        var format = new Format("table", "json");
        access.AddTo(command);
        command.Add(overwrite);
        command.Add(dryRun);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            using var client = access.Read(result, problems);
            problems.ThrowIfAny();
            var results = await RunAsync(client!, result.GetValue(overwrite), result.GetValue(dryRun), terminal, cancellation);
            Write(results, output, terminal);
            return results.Exists(item => item.IsBad) ? ExitCodes.Negative : ExitCodes.Done;
        });
        return command;
    }

    private static async Task<List<Imported>> RunAsync(KibanaClient client, bool overwrite, bool dryRun, Terminal terminal, CancellationToken cancellation)
    {
        var importing = new Importing(client, overwrite);
        var status = await client.StatusAsync(cancellation);
        // Kibana that is not healthy says 503, and may import all the same.
        if (status.Status is not (200 or 503) || status.Body.ValueKind != JsonValueKind.Object) throw importing.Refused("the question for its status", status);
        var version = status.Body.TryGetProperty("version", out var known) && known.ValueKind == JsonValueKind.Object && known.TryGetProperty("number", out var number) ? " " + number : "";
        terminal.Complain($"{client.Root} is {(status.IsKibana ? "Kibana" : "OpenSearch Dashboards")}{version}{(dryRun ? "; nothing is written" : "")}");
        if (!status.IsKibana && client.HasSpace) throw new BadInputException("--space: OpenSearch Dashboards has no spaces");
        const string NoRules = "OpenSearch Dashboards has no API for these rules; see manifests/alerts for Prometheus";
        if (dryRun)
        {
            return
            [
                .. ShippedObjects.Names().Select(name => new Imported(name, "would", "")),
                .. Importing.Skipped(NoRules).Select(rule => status.IsKibana ? rule with { State = "would", Says = "" } : rule),
            ];
        }

        return [.. await importing.ObjectsAsync(cancellation), .. status.IsKibana ? await importing.RulesAsync(cancellation) : Importing.Skipped(NoRules)];
    }

    private static void Write(List<Imported> results, string output, Terminal terminal)
    {
        if (output == "table")
        {
            Tables.Write(terminal, Header, results.Select(item => new[] { item.Object.Type, item.Object.Id, item.State, item.Object.Title, item.Says }), wraps: ["Title", "Says"]);
            return;
        }

        foreach (var item in results) terminal.Out.WriteLine(Json.ToText(json => WriteLine(json, item)));
    }

    private static void WriteLine(Utf8JsonWriter json, Imported item)
    {
        json.WriteStartObject();
        json.WriteString("type", item.Object.Type);
        json.WriteString("id", item.Object.Id);
        json.WriteString("state", item.State);
        json.WriteString("title", item.Object.Title);
        if (item.Says.Length > 0) json.WriteString("says", item.Says);
        json.WriteEndObject();
    }
}
