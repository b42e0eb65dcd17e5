using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Coral.Cluster.Tests.Real;

/// <summary>The README's path, from a fresh clone to the first pod with a sidecar; how long each step took is in the test's output.</summary>
public sealed partial class FirstTimeTests(ITestOutputHelper output)
{
    // What the node of the kit has in the place of a web server from a registry.
    private const string Registryless = "--image=coral-agent:debug --image-pull-policy=IfNotPresent";

    private static string? Images => Environment.GetEnvironmentVariable("CORAL_IMAGES") is { Length: > 0 } folder ? folder : null;

    [ClusterFact(Needs.Kit)]
    public async Task The_readmes_commands_lead_from_a_clone_to_a_pod_with_a_sidecar()
    {
        await using var cluster = await TestCluster.StartAsync();
        var clone = Directory.CreateTempSubdirectory("coral-clone-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            await StepAsync(cluster, watch, clone, $"git clone -q {Repository.Root} .");
            var said = "";
            foreach (var command in CommandsOf(await File.ReadAllTextAsync(Path.Join(clone, "README.md"))))
            {
                // CI has just made them by this command, in a clone of the same commit.
                if (command == "make images" && Images is { } made) said = await StepAsync(cluster, watch, clone, $"mkdir build && ln -s {made} build/images");
                else said = await StepAsync(cluster, watch, clone, command.Replace("--image=nginx", Registryless, StringComparison.Ordinal) + (command.StartsWith("kubectl run ", StringComparison.Ordinal) ? " -- sleep 3600" : ""));
                if (command != "make images") continue;
                foreach (var image in new[] { "coral-agent", "coral-webhook" }) await Kit.Run(Path.GetTempPath(), "image", "load", Path.Join(clone, "build", "images", $"{image}.tar"));
            }

            // The last one asks the sidecar itself.
            Assert.Contains("ebpf-", said, StringComparison.Ordinal);
            output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s in all");
        }
        finally
        {
            Directory.Delete(clone, recursive: true);
        }
    }

    private async Task<string> StepAsync(TestCluster cluster, Stopwatch watch, string folder, string command)
    {
        var before = watch.Elapsed;
        var result = await cluster.Run("bash", ["-c", $"cd {folder} && {command}"]);
        Assert.True(result.ExitCode == 0, $"{command}: {result}");
        output.WriteLine($"{(watch.Elapsed - before).TotalSeconds,6:0.0} s  {command}");
        return result.Output;
    }

    private static IEnumerable<string> CommandsOf(string readme) =>
        Block().Match(readme) is { Success: true } block ? block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries) : throw new InvalidOperationException("README.md has no commands under \"On a cluster\"");

    [GeneratedRegex("^## On a cluster\n.*?^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
