using System.Diagnostics;

namespace Coral.Testing.Kit;

/// <summary>What a command left behind.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}".Trim();
}

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    /// <summary>Runs a program and collects what it prints.</summary>
    /// <param name="program">Its path, or a name in PATH.</param>
    /// <param name="arguments">Its arguments, one an element.</param>
    /// <param name="input">What it reads from its standard input; null for nothing.</param>
    /// <param name="environment">Variables added to those of this process.</param>
    /// <param name="workingDirectory">Where it runs; null for here.</param>
    public static async Task<CommandResult> Run(
        string program, IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code says why.
        }

        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await errors);
    }

    internal static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Join(folder, program)));
}
