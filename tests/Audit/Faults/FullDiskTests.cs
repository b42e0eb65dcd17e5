using System.Diagnostics;

namespace Coral.Audit.Tests.Faults;

public sealed class FullDiskTests
{
    [OwnMountFact]
    public async Task Case_19_on_a_file_system_that_is_really_full_documents_are_refused_until_there_is_room_and_a_ring_goes_on()
    {
        using var work = new Workspace();
        var run = await RunAsync($"mount -t tmpfs -o size=1m coral \"$1\" && exec \"$2\" exec \"$3\" {FullDisk.Verb} \"$1\"", work.Spool, Environment.ProcessPath!, typeof(FullDisk).Assembly.Location);
        Assert.Equal(
            [
                $"refused: spool {work.Spool}/shipped: the disk is full; free space or give --spool another folder.",
                "lost: 0 of many",
                "ring: refused 0, let go of many",
            ],
            run.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What a shell says that has mounts of its own.</summary>
    internal static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "-Urm", "sh", "-c", script, "sh" }.Concat(arguments)) start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        var said = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return said + await errors;
    }

    /// <summary>A test for machines that let anybody mount a file system in a namespace of its own.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class OwnMountFactAttribute : FactAttribute
    {
        private static readonly Lazy<string?> Refusal = new(() =>
        {
            if (!OperatingSystem.IsLinux()) return "needs Linux";
            try
            {
                var said = RunAsync("mount -t tmpfs coral /mnt && echo mounted").GetAwaiter().GetResult();
                return said == "mounted\n" ? null : $"no file system can be mounted here: {said}";
            }
            catch (System.ComponentModel.Win32Exception error)
            {
                return $"no file system can be mounted here: {error.Message}";
            }
        });

        public OwnMountFactAttribute() => Skip = Refusal.Value;
    }
}
