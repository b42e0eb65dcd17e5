using System.Text;
using Coral.Testing;

namespace Coral.Cli.Tests.Pss;

/// <summary>Runs <c>coral pss</c> on bytes.</summary>
internal static class Judged
{
    public const string Allowed = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"good"},"spec":{"containers":[]}}""";

    /// <summary>A pod that every level but privileged refuses.</summary>
    public static string Refused(string name) => $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"},"spec":{"hostPID":true,"containers":[]}}""";

    public static Task<Run> Of(string input, params string[] args) => Of(new MemoryStream(Encoding.UTF8.GetBytes(input)), args);

    public static Task<Run> Of(Stream input, params string[] args) => Of(new Terminal { OpenInput = () => input, Out = Text(), Error = Text(), Time = new FakeTimeProvider() }, args);

    /// <summary>By <c>baseline</c>, on standard input, as JSON; later options stand for these.</summary>
    public static async Task<Run> Of(Terminal terminal, params string[] args)
    {
        var code = await CoralCommand.RunAsync(["pss", .. args.Contains("-f") ? args : ["-f", "-", "--level", "baseline", "-o", "json", .. args]], terminal);
        return new Run(code, terminal.Out.ToString()!, terminal.Error.ToString()!);
    }

    /// <summary><c>Pod/name</c> of each result, with <c>!</c> where it is refused.</summary>
    public static IEnumerable<string> Names(this Run run) => run.Lines.Select(line => line.GetProperty("object").GetString()!["Pod/".Length..] + (line.GetProperty("allowed").GetBoolean() ? "" : "!"));

    private static StringWriter Text() => new() { NewLine = "\n" };
}
