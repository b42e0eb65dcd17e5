using Coral.Cli.Output;

namespace Coral.Cli.Uninstall;

/// <summary>What is gone and what stays, for people and for programs.</summary>
internal static class UninstallText
{
    private static readonly string[] Header = ["Result", "Kind", "Name", "What"];

    internal static void WriteTable(Terminal terminal, IReadOnlyList<Outcome> outcomes, Uri server)
    {
        // Pods are many: a row for each namespace.
        var pods = outcomes.Where(outcome => outcome.Kind == "Pod").GroupBy(pod => pod.Namespace, StringComparer.Ordinal)
            .Select(group => new[] { Word(Fate.Stays), "Pod", $"{group.Key}/{group.First().Name}" + (group.Skip(1).Any() ? $" and {group.Count() - 1} more" : ""), group.First().Why });
        var rows = outcomes.Where(outcome => outcome.Kind != "Pod")
            .Select(outcome => new[] { Word(outcome.Fate), outcome.Kind, outcome.Namespace is null ? outcome.Name : $"{outcome.Namespace}/{outcome.Name}", What(outcome) }).Concat(pods).ToList();
        if (rows.Count > 0) Tables.Write(terminal, Header, rows, wraps: ["Name", "What"]);
        else terminal.Out.WriteLine($"Nothing of Coral is left in {server}");
    }

    internal static void WriteJson(Terminal terminal, IEnumerable<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            terminal.Out.WriteLine(Json.ToText(json =>
            {
                json.WriteStartObject();
                json.WriteString("result"u8, Word(outcome.Fate));
                json.WriteString("kind"u8, outcome.Kind);
                if (outcome.Namespace is not null) json.WriteString("namespace"u8, outcome.Namespace);
                json.WriteString("name"u8, outcome.Name);
                if (!outcome.Keys.IsEmpty) json.WriteTexts("keys", outcome.Keys);
                if (outcome.Why.Length > 0) json.WriteString("why"u8, outcome.Why);
                json.WriteEndObject();
            }));
        }
    }

    private static string Word(Fate fate) => fate switch
    {
        Fate.Removed => "removed",
        Fate.WouldRemove => "would-remove",
        _ => "stays",
    };

    private static string What(Outcome outcome) => (outcome.Keys.IsEmpty, outcome.Why) switch
    {
        (true, var why) => why,
        (false, "") => string.Join(", ", outcome.Keys),
        (false, var why) => $"{string.Join(", ", outcome.Keys)}: {why}",
    };
}
