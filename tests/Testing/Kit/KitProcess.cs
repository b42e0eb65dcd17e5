using System.Diagnostics;
using System.Globalization;

namespace Coral.Testing.Kit;

/// <summary>A process that the kit runs in the background, by the files that it keeps about it: <c>pids/NAME</c> has its id, <c>pids/NAME.cmd</c> its command line.</summary>
public sealed class KitProcess
{
    private readonly string pidFile;
    private readonly string log;

    internal KitProcess(string state, string name)
    {
        pidFile = Path.Join(state, "pids", name);
        log = Path.Join(state, "logs", $"{name}.log");
    }

    /// <summary>The process id.</summary>
    public int Id => int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);

    /// <summary>kill -9, then waits for the end.</summary>
    public async Task Kill()
    {
        using var process = Process.GetProcessById(Id);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>It hangs, with its connections open, until <see cref="Continue"/>.</summary>
    public void Pause() => Signal.Pause(Id);

    /// <summary>Ends a <see cref="Pause"/>.</summary>
    public void Continue() => Signal.Continue(Id);

    /// <summary>Starts it again after <see cref="Kill"/> with the same command line, so that the kit can still stop it. It may not answer yet on return.</summary>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public async Task Start()
    {
        var result = await Command.Run("bash", ["-c", """eval "exec setsid nohup $(cat "$1.cmd")" >> "$2" 2>&1 < /dev/null & echo $! > "$1" """, "start", pidFile, log]);
        if (result.ExitCode != 0) throw new InvalidOperationException($"{pidFile}: {result}");
    }
}
