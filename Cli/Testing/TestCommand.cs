using System.CommandLine;
using Coral.Cli.Output;
using Coral.Cli.Testing.Reading;
using Coral.Cli.Testing.Reporting;

namespace Coral.Cli.Testing;

/// <summary>The verb <c>test</c>: do policies decide as their cases say?</summary>
internal static class TestCommand
{
    private const string Summary = "Run the cases of policies: pods, facts and policies, with the decisions that are expected of them.";

    private const string More = """
        A case file is YAML or JSON whose name ends in .test.yaml, .test.yml or .test.json; see docs/operations/test-policies.md.
        Only what a case states is compared. Nothing outside of the files decides: the namespace of a pod has to be among the facts.
        Exit: 0 all pass, 1 some fail, 2 bad input (every mistake of every file; nothing is run).

        Examples:
          coral test policies
          coral test policies --filter rollout
          coral test policies -o junit > results.xml
        """;

    internal static Command Build(Terminal terminal)
    {
        var command = new VerbCommand("test", Summary, More);
        var paths = new Argument<string[]>("PATH") { Description = "Case files, or folders with case files under them", Arity = ArgumentArity.ZeroOrMore };
        var filter = new Option<string?>("--filter") { HelpName = "TEXT", Description = "Only the cases with this text in their name or in the path of their file" };
        var format = new Format("table", "json", "junit");
        command.Add(paths);
        command.Add(filter);
        format.AddTo(command);
        command.SetAction(result =>
        {
            var problems = new Problems();
            var output = format.Read(result, problems);
            var named = result.GetValue(paths) ?? [];
            if (named.Length == 0) problems.Add("PATH is needed: a case file, or a folder with case files (*.test.yaml) under it");
            var files = CaseFile.Find(named, problems);
            var reader = new TestReader(terminal.Time);
            var tests = reader.Read(files);
            foreach (var problem in reader.Problems) problems.Add(problem.ToString());
            problems.ThrowIfAny();
            return Run(tests, named, result.GetValue(filter), output, terminal);
        });
        return command;
    }

    private static int Run(List<DecisionTest> tests, string[] paths, string? filter, string output, Terminal terminal)
    {
        var cases = tests.SelectMany(test => test.Cases.Where(item => filter is null || Has(item.Name, filter) || Has(test.File, filter)).Select(item => (test, item))).ToList();
        if (cases.Count == 0) throw new BadInputException($"--filter {filter}: no case has this in its name or in the path of its file");

        var runner = new CaseRunner(terminal.Time);
        var results = cases.ConvertAll(one => runner.Run(one.test, one.item));
        IReport report = output switch
        {
            "json" => new JsonReport(),
            "junit" => new JUnitReport(),
            _ => new TableReport(),
        };
        report.Write(terminal, results, filter is null ? Coverage.Of(results, paths) : null);
        return results.TrueForAll(result => result.Passed) ? ExitCodes.Done : ExitCodes.Negative;
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
