using System.CommandLine;
using Coral.Cli.Inputs;
using Coral.Cli.Output;

namespace Coral.Cli.Review;

/// <summary>The verb <c>review</c>: asks a running webhook as an API server does.</summary>
internal static class ReviewCommand
{
    private const string Summary = "Send the pods of manifests to a running webhook, as an API server does when they are created, and show its answers.";

    private const string More = """
        Nothing is created anywhere; the webhook records its decisions as it always does.
        Exit: 0 all allowed, 1 a pod was refused, 2 bad input, 3 webhook unreachable.

        Example:
          coral review -f manifests/samples/pods/privileged.yaml --webhook https://127.0.0.1:8443 --ca-file run/certs/ca.crt
        """;

    private static readonly string[] Header = ["Object", "Namespace", "Allowed", "Outcome", "Variant", "Form", "Reason", "Warnings"];

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("review", Summary, More);
        var files = InputOption.Create();
        var webhook = new Option<string?>("--webhook") { HelpName = "URL", Description = "The webhook, such as https://127.0.0.1:8443; without a path /mutate is asked" };
        var caFile = new Option<string?>("--ca-file") { HelpName = "FILE", Description = "The CA that signed its certificate (the machine's own)" };
        var ns = new Option<string?>("--namespace", "-n") { HelpName = "NAME", Description = "The namespace of the pods (their own, else default)" };
        var format = new Format("table", "json");
        command.Add(files);
        command.Add(webhook);
        command.Add(caFile);
        command.Add(ns);
        format.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var objects = InputFiles.Read(result.GetValue(files) ?? [], terminal, problems).Where(item => item.RunsPods).ToList();
            using var client = problems.Try(() => WebhookClient.Create(result.GetValue(webhook), result.GetValue(caFile)));
            problems.ThrowIfAny();
            if (objects.Count == 0) throw new BadInputException("-f: none of the objects runs pods");
            return await RunAsync(client!, objects, result.GetValue(ns), output, terminal, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(WebhookClient client, List<InputObject> objects, string? ns, string output, Terminal terminal, CancellationToken cancellation)
    {
        var answers = new List<ReviewAnswer>();
        foreach (var item in objects) answers.Add(await client.AskAsync(item, ns ?? item.OwnNamespace ?? "default", cancellation));
        if (output == "json")
        {
            foreach (var answer in answers) terminal.Out.WriteLine(answer.ToJson());
        }
        else
        {
            Tables.Write(terminal, Header, answers.Select(Row), wraps: ["Reason", "Warnings"]);
        }

        return answers.TrueForAll(answer => answer.Allowed) ? ExitCodes.Done : ExitCodes.Negative;
    }

    private static string[] Row(ReviewAnswer answer) =>
    [
        answer.Object,
        answer.Namespace,
        answer.Allowed ? "yes" : "no",
        answer.Outcome ?? "-",
        answer.Variant ?? "-",
        answer.Form ?? "-",
        answer.Reason ?? "-",
        string.Join("; ", answer.Message is null ? answer.Warnings : [answer.Message, .. answer.Warnings]),
    ];
}
