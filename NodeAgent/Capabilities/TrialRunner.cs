using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Capabilities;

/// <summary>What the trials of one way brought.</summary>
/// <param name="Trials">The outcome of each fact.</param>
/// <param name="Held">The capabilities that the trying process had in effect.</param>
/// <param name="Memlock">What it found about RLIMIT_MEMLOCK, or <c>unknown</c>.</param>
internal sealed record TrialRun(IReadOnlyDictionary<string, Trial> Trials, ulong Held, string Memlock);

/// <summary>
/// Tries facts in processes of its own, so that a trial that hangs or dies takes nothing with it: the kernel detaches and unloads what a process that ended had. Thread safe.
/// </summary>
/// <param name="command">Program and arguments; the names of the facts are added.</param>
/// <param name="limit">How long one trial may take.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class TrialRunner(IReadOnlyList<string> command, TimeSpan limit, TimeProvider time)
{
    /// <summary>
    /// Freed memory is kept and used again (mallopt(3)): each object reads the kernel's BTF of some megabytes, and half of the processor time of a probe was the kernel giving pages and taking
    /// them back.
    /// </summary>
    private static readonly (string Name, string Value)[] Environment = [("MALLOC_MMAP_THRESHOLD_", "268435456"), ("MALLOC_TRIM_THRESHOLD_", "268435456")];

    private readonly ConcurrentBag<Task> ending = [];

    /// <summary>Tries all of them.</summary>
    /// <param name="facts">Their names.</param>
    /// <param name="capabilities">The only capabilities that the process may have; null leaves it as this one is.</param>
    /// <param name="cancellation">Ends the trials and their process.</param>
    internal async Task<TrialRun> RunAsync(IReadOnlyList<string> facts, ulong? capabilities, CancellationToken cancellation)
    {
        var trials = new Dictionary<string, Trial>(StringComparer.Ordinal);
        var run = new TrialRun(trials, 0, "unknown");
        while (trials.Count < facts.Count)
        {
            var before = trials.Count;
            run = await RunOnceAsync([.. facts.Where(fact => !trials.ContainsKey(fact))], capabilities, trials, run, cancellation);
            if (trials.Count == before) break;
        }

        return run;
    }

    /// <summary>Waits until the processes have ended that gave all their answers: only then is nothing of them left in the kernel.</summary>
    internal Task EndedAsync() => Task.WhenAll(ending);

    private async Task<TrialRun> RunOnceAsync(string[] facts, ulong? capabilities, Dictionary<string, Trial> trials, TrialRun run, CancellationToken cancellation)
    {
        var process = Begin(facts, capabilities);
        var current = facts[0];
        var answered = false;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            while (!(answered = facts.All(trials.ContainsKey)) && await ReadLineAsync(process, cancellation) is { } line)
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty("begin"u8, out var name)) current = name.GetString()!;
                else if (json.RootElement.TryGetProperty("capabilities"u8, out var held))
                    run = run with { Held = held.GetUInt64(), Memlock = json.RootElement.GetProperty("memlock"u8).GetString()! };
                else trials[current] = Trial.Read(json.RootElement);

                if (capabilities is { } allowed && (run.Held & ~allowed) != 0) return Refuse(facts, trials, run, "the process could not give up its other capabilities");
            }

            if (answered) return run;
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0) trials.TryAdd(current, Trial.NotMade($"its process ended with code {process.ExitCode}: {(await errors).Trim().Split('\n')[^1]}"));
            return run;
        }
        catch (TimeoutException)
        {
            trials[current] = Trial.NotMade($"no answer within {limit.TotalSeconds:0.#} s; its process was killed", Errno.ETIMEDOUT);
            return run;
        }
        finally
        {
            if (!answered && !process.HasExited) process.Kill();
            ending.Add(EndAsync(process));
        }
    }

    /// <summary>To detach takes the kernel longer than the whole probe, and nobody needs to wait for that; but not for ever.</summary>
    private async Task EndAsync(Process process)
    {
        using (process)
        {
            try
            {
                await process.WaitForExitAsync().WaitAsync(limit, time);
            }
            catch (TimeoutException)
            {
                process.Kill();
            }
        }
    }

    private Process Begin(string[] facts, ulong? capabilities)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. facts])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        Process Start() => Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} does not start");
        // Its standard input stays open: when this process ends, however it ends, the other one sees that and ends too.
        return capabilities is { } wanted ? Confinement.On(wanted, Start) : Start();
    }

    private async Task<string?> ReadLineAsync(Process process, CancellationToken cancellation) =>
        await process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(limit, time, cancellation);

    private static TrialRun Refuse(string[] facts, Dictionary<string, Trial> trials, TrialRun run, string why)
    {
        foreach (var fact in facts) trials[fact] = Trial.NotMade(why);
        return run;
    }
}
