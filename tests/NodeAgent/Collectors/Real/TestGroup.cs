using System.Diagnostics;
using System.Runtime.InteropServices;
using Coral.NodeAgent.Collectors.Groups;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>A control group of the unified hierarchy that stands for a container: what a test runs in it is told apart from everything else on the machine.</summary>
internal sealed class TestGroup : IDisposable
{
    private static readonly Hierarchy Unified = Hierarchy.All().First(hierarchy => hierarchy.Number == 0);

    /// <param name="path">Below the root of the hierarchy; a name of its own when null.</param>
    internal TestGroup(string? path = null)
    {
        Path = path ?? $"/coral-test-{Guid.NewGuid():n}";
        Directory.CreateDirectory(Folder);
    }

    internal string Path { get; }

    internal string Folder => Unified.Folder + Path;

    /// <summary>The number that the kernel's programs give for it: asked of stat, not of our own table.</summary>
    internal ulong Id => ulong.Parse(Command.Run("stat", ["-c", "%i", Folder]).GetAwaiter().GetResult().Output, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts a program in it. The shell that enters the group becomes the program by exec: the group sees one exec and no fork of it.</summary>
    internal Process Start(params string[] command) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"echo $$ > {Folder}/cgroup.procs; exec \"$@\"", "sh", .. command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Runs a program in it to its end.</summary>
    internal async Task<CommandResult> Run(params string[] command)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        // Empty, but the kernel may still be at the last one's end.
        for (var folder = Folder; folder != Unified.Folder; folder = System.IO.Path.GetDirectoryName(folder)!)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
