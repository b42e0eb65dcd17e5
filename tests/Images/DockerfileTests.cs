using System.Text.RegularExpressions;

namespace Coral.Images.Tests;

/// <summary>What the Dockerfile must say. No engine is here that could carry it out.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] Programs = ["Webhook", "Cli", "NodeAgent"];

    [Fact]
    public void Each_process_has_an_image_and_a_debug_image() =>
        Assert.Equal(["coral-agent", "coral-agent-debug", "coral-webhook", "coral-webhook-debug"], Dockerfile.Here.Images.Order(StringComparer.Ordinal));

    [Fact]
    public void R_4_what_is_restored_stays_while_only_code_changes()
    {
        var build = Dockerfile.Here.All.Where(line => line.Stage == "build").ToList();
        var restore = build.FindIndex(line => line.Name == "RUN" && line.Text.StartsWith("make restore ", StringComparison.Ordinal));
        var before = build.Take(restore).Where(line => line.Name == "COPY").SelectMany(line => line.Text.Split(' ')[..^1]).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(before, path => path is "." || path.EndsWith(".cs", StringComparison.Ordinal) || Directory.Exists(Path.Join(Repository.Root, path)));
        string[] needed = ["Makefile", "global.json", "Directory.Build.props", "Directory.Packages.props", .. Closure().SelectMany(project => new[] { project, Path.Join(Path.GetDirectoryName(project), "packages.lock.json") })];
        Assert.Equal(needed.Order(StringComparer.Ordinal), before.Order(StringComparer.Ordinal));
        Assert.True(build.FindIndex(line => line is { Name: "COPY", Text: ". ." }) > restore);
    }

    [Theory]
    [InlineData("VERSION", "dev")]
    [InlineData("COMMIT", "none")]
    [InlineData("BUILD_DATE", "unknown")]
    public void R_13_the_arguments_have_their_defaults_in_every_stage_that_uses_them(string name, string value)
    {
        foreach (var stage in new[] { "build", "coral-webhook", "coral-agent" })
        {
            Assert.Contains($"{name}={value}", Dockerfile.Here.Texts(stage, "ARG"));
            Assert.Contains(Dockerfile.Here.All, line => line.Stage == stage && line.Name is "RUN" or "LABEL" && Regex.IsMatch(line.Text, $@"\$\{{?{name}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
        }
    }

    [Theory]
    [InlineData("coral-webhook")]
    [InlineData("coral-agent")]
    [InlineData("coral-webhook-debug")]
    [InlineData("coral-agent-debug")]
    public void An_image_runs_its_program_as_nobody_and_asks_it_how_it_is(string image)
    {
        var program = image.Replace("-debug", "", StringComparison.Ordinal);
        Assert.Equal("65532:65532", Dockerfile.Here.Text(image, "USER"));
        Assert.Equal($"""["tini", "-s", "-e", "143", "--", "{program}"]""", Dockerfile.Here.Text(image, "ENTRYPOINT"));
        // R-12: the source's numbers; its command is a shell's, which is not there (C-62).
        Assert.Equal($"--interval=30s --timeout=5s --start-period=10s --retries=3 CMD [\"{program}\", \"--health\"]", Dockerfile.Here.Text(image, "HEALTHCHECK"));
        Assert.DoesNotContain("RUN", Dockerfile.Here.All.Where(line => line.Stage == image).Select(line => line.Name));
    }

    [Fact]
    public void The_roots_are_those_of_the_list_and_made_by_the_script_that_make_images_uses()
    {
        var listed = File.ReadLines(Path.Join(Repository.Root, "images", "packages")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ')[0]).Where(name => name != "base").Order(StringComparer.Ordinal);
        var made = Assert.Single(Dockerfile.Here.Texts("root", "RUN"), run => run.Contains("/images/rootfs ", StringComparison.Ordinal));
        Assert.Equal(listed, Names().Match(made).Groups[1].Value.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_file_names_a_registry()
    {
        foreach (var file in new[] { "Dockerfile", "images/packages", "images/rootfs", "scripts/images" })
            Assert.DoesNotMatch(@"https?://|\b(deb|mcr|ghcr|quay|gcr)\.[a-z]", File.ReadAllText(Path.Join(Repository.Root, file)));
    }

    /// <summary>The programs' projects and those that they are built from; tests/ has what only another build needs (UseNRules).</summary>
    private static SortedSet<string> Closure()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(Programs.Select(folder => Path.GetRelativePath(Repository.Root, Assert.Single(Directory.GetFiles(Path.Join(Repository.Root, folder), "*.csproj")))));
        while (open.TryDequeue(out var project))
        {
            if (project.StartsWith("tests/", StringComparison.Ordinal) || !found.Add(project)) continue;
            foreach (Match reference in Reference().Matches(File.ReadAllText(Path.Join(Repository.Root, project))))
                open.Enqueue(Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Join(Repository.Root, Path.GetDirectoryName(project), reference.Groups[1].Value))));
        }

        return found;
    }

    [GeneratedRegex("""<ProjectReference Include="([^"]+)"\s""")]
    private static partial Regex Reference();

    [GeneratedRegex("""for name in ([a-z -]+);""")]
    private static partial Regex Names();
}
