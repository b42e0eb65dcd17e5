using System.Text.RegularExpressions;
using Coral.Policies.Bundles;

namespace Coral.Cli.Tests.Docs;

/// <summary>What pages show can be used: objects can be read, commands run, links lead somewhere, and every make verb exists.</summary>
public sealed partial class SampleTests
{
    [Fact]
    public void Every_object_on_a_page_can_be_read()
    {
        using var folder = new Folder();
        var read = 0;
        foreach (var block in Pages.All.SelectMany(Pages.Blocks).Where(block => block.Language == "yaml"))
        {
            var file = folder.Write($"{read++}.yaml", block.Text);
            var problems = new List<string>();
            try
            {
                BundleReader.Read(file);
            }
            catch (BundleException mistakes)
            {
                problems.AddRange(mistakes.Problems.Select(problem => problem.ToString()));
            }

            Assert.True(problems.Count == 0, $"{block}: {string.Join("; ", problems)}");
        }

        Assert.True(read >= 5, "the pages have lost their samples");
    }

    /// <summary>
    /// A <c>console</c> block is one command and what it prints: the result, or, where that goes to /dev/null, what it says besides. Paths are of the
    /// repository, and a negative result is one. <c>UPDATE_GOLDEN=1</c> writes the output anew.
    /// </summary>
    [Fact]
    public async Task Every_console_block_prints_what_the_page_shows()
    {
        var ran = 0;
        foreach (var block in Pages.All.SelectMany(Pages.Blocks).Where(block => block.Language == "console"))
        {
            var line = block.Text.Split('\n')[0];
            Assert.True(line.StartsWith("$ coral ", StringComparison.Ordinal), $"{block}: begins with no coral command");
            var silent = line.EndsWith(" > /dev/null", StringComparison.Ordinal);
            var words = line.Split(" > ")[0].Split(' ')[2..].Select(word => word.StartsWith("manifests/", StringComparison.Ordinal) ? Pages.InRepository(word) : word);
            var run = await Coral.Run([.. words]);
            Assert.True(run.Code is 0 or 1, $"{block}: exit {run.Code}: {run.Error}");
            var shown = $"{line}\n{(silent ? run.Error : run.Out)}";
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(Pages.InRepository(block.Page), Pages.Text(block.Page).Replace($"```console\n{block.Text}```", $"```console\n{shown}```", StringComparison.Ordinal));
            else Assert.Equal(shown, block.Text);
            ran++;
        }

        Assert.True(ran >= 2, "the pages have lost their commands");
    }

    /// <summary>Commands that need a cluster or a server are not run; their verbs and options must be there all the same.</summary>
    [Fact]
    public async Task Every_option_of_a_coral_command_exists()
    {
        var settings = Pages.Text("docs/reference/settings.md");
        foreach (var block in Pages.All.SelectMany(Pages.Blocks).Where(block => block.Language is "sh" or "console"))
        {
            foreach (Match command in Command().Matches(block.Text))
            {
                var options = Option().Matches(command.Value).Select(match => match.Value);
                if (command.Groups[1].Value == "coral-webhook")
                {
                    Assert.All(options, option => Assert.Contains($"`{option} ", settings, StringComparison.Ordinal));
                    continue;
                }

                var help = (await Coral.Run([.. Verbs().Match(command.Groups[2].Value).Value.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Out;
                Assert.All(options, option => Assert.True(help.Contains($" {option} ", StringComparison.Ordinal) || help.Contains($" {option},", StringComparison.Ordinal), $"{block}: {option} of {command.Value}"));
            }
        }
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        foreach (var page in Pages.All)
        {
            foreach (Match link in Link().Matches(Pages.Text(page)))
            {
                var target = link.Groups[1].Value;
                if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith('#')) continue;
                var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Pages.InRepository(page))!, target.Split('#')[0]));
                Assert.True(Path.Exists(path), $"{page}: {target} leads nowhere");
                if (target.Contains('#')) Assert.True(Anchors(path).Contains(target.Split('#')[1]), $"{page}: {target} is no heading there");
            }
        }
    }

    [Fact]
    public void The_two_commands_of_the_readme_and_every_other_make_verb_exist()
    {
        var makefile = Target().Matches(Pages.Text("Makefile")).Select(match => match.Groups[1].Value).ToList();
        var lines = Pages.Blocks("README.md").SelectMany(block => block.Text.Split('\n')).Where(line => MakeLine().IsMatch(line)).Select(line => line.Trim()).ToList();
        Assert.Equal(["make run", "make test"], lines[..2]);
        foreach (Match used in MakeVerb().Matches(string.Concat(Pages.All.Except(["docs/requirements.md"]).Select(Pages.Text)))) Assert.Contains(used.Groups[1].Value, makefile);
    }

    private static IEnumerable<string> Anchors(string path) => File.ReadLines(path).Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex("""(?:^|/|\| |\s)(coral-webhook|coral) ((?:[^\n|]|\\\n)*)""", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("""(?<= )(--[a-z-]+|-[a-z])(?=[ \n]|$)""")]
    private static partial Regex Option();

    [GeneratedRegex("""^((agent|audit|deadletter|key|kibana) )*[a-z]+""")]
    private static partial Regex Verbs();

    [GeneratedRegex("""\]\(([^)\s]+)\)""")]
    private static partial Regex Link();

    [GeneratedRegex("""^([a-z0-9-]+):.*## """, RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex("""^ *(\$ )?make [a-z]""")]
    private static partial Regex MakeLine();

    [GeneratedRegex("""`?make ([a-z-]+)`""")]
    private static partial Regex MakeVerb();

    [GeneratedRegex("""[^a-z0-9 _-]""")]
    private static partial Regex NotInAnchor();
}
