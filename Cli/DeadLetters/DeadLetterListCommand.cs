using System.CommandLine;
using System.Globalization;
using Coral.Audit.Shipping;
using Coral.Cli.Output;

namespace Coral.Cli.DeadLetters;

/// <summary>The verb <c>audit deadletter list</c>.</summary>
internal static class DeadLetterListCommand
{
    private const string Summary = "List the documents that the search server refused for good, and why.";

    private const string More = """
        They are kept in the folder deadletter of the spool. Exit: 0 done, 2 bad input.

        Examples:
          coral audit deadletter list --spool run/spool
          coral audit deadletter list --spool run/spool -o json | jq -r .reason | sort | uniq -c
        """;

    private static readonly string[] Header = ["Happened", "Refused", "Bytes", "Stream", "Id", "Reason"];

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("list", Summary, More);
        var spool = new Option<string?>("--spool") { HelpName = "DIR", Description = "The spool folder of a process (run/spool)" };
        var format = new Format("table", "json");
        command.Add(spool);
        format.AddTo(command);
        command.SetAction(result =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            problems.ThrowIfAny();
            var letters = Audit.Shipping.DeadLetters.List(result.GetValue(spool) ?? "run/spool").OrderBy(letter => letter.Refused).ThenBy(letter => letter.Id, StringComparer.Ordinal).ToList();
            if (output == "json") letters.ForEach(letter => terminal.Out.WriteLine(ToJson(letter)));
            else if (letters.Count > 0) Tables.Write(terminal, Header, letters.Select(Row), wraps: ["Reason"]);
            if (letters.Count == 0) terminal.Complain("no document was refused");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string[] Row(DeadLetter letter) => [Time(letter.Happened), Time(letter.Refused), letter.Bytes.ToString(CultureInfo.InvariantCulture), letter.Stream, letter.Id, letter.Reason ?? "-"];

    private static string Time(DateTimeOffset? time) => time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "-";

    private static string ToJson(DeadLetter letter) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", letter.Id);
        json.WriteString("stream", letter.Stream);
        if (letter.Happened is { } happened) json.WriteString("happened", happened.UtcDateTime);
        else json.WriteNull("happened");
        if (letter.Refused is { } refused) json.WriteString("refused", refused.UtcDateTime);
        else json.WriteNull("refused");
        json.WriteNumber("bytes", letter.Bytes);
        json.WriteString("reason", letter.Reason);
        json.WriteEndObject();
    });
}
