using System.Collections.Concurrent;
using System.Diagnostics;

namespace Coral.EndToEnd.Harness;

/// <summary>The lines that a running program prints, both streams in the order of their arrival. Thread safe.</summary>
internal sealed class ProgramOutput
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource errorsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text => string.Join('\n', lines);

    /// <summary>Ends when the program has closed both streams.</summary>
    public Task Ended => Task.WhenAll(outputEnded.Task, errorsEnded.Task);

    public void Follow(Process process)
    {
        process.OutputDataReceived += (_, e) => Add(e.Data, outputEnded);
        process.ErrorDataReceived += (_, e) => Add(e.Data, errorsEnded);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Add(string? line, TaskCompletionSource ended)
    {
        if (line is null) ended.TrySetResult();
        else lines.Enqueue(line);
    }
}
