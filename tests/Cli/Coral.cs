using System.Text;
using System.Text.Json;
using Coral.Testing;

namespace Coral.Cli.Tests;

/// <summary>What one run of the program left behind.</summary>
internal sealed record Run(int Code, string Out, string Error)
{
    /// <summary>Standard output, one JSON value a line.</summary>
    public List<JsonElement> Lines => [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    public string[] Complaints => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the program in this process, on a fixed day.</summary>
internal static class Coral
{
    public static string Samples { get; } = Path.Combine(Repository.Root, "manifests", "samples");

    public static string Standalone { get; } = Path.Combine(Samples, "standalone");

    public static Task<Run> Run(params string[] args) => RunWith("", args);

    public static Task<Run> RunWith(string input, params string[] args) => RunOn(null, input, args);

    /// <summary>On a screen of that many columns; null for a pipe.</summary>
    public static Task<Run> RunOn(int? width, string input, params string[] args) => RunAt(new FakeTimeProvider(), width, input, args);

    /// <summary>By another clock than one that stands still.</summary>
    public static async Task<Run> RunAt(TimeProvider time, int? width, string input, params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CoralCommand.RunAsync(args, new Terminal
        {
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            Out = output,
            Error = error,
            Width = width,
            Time = time,
        });
        return new Run(code, output.ToString(), error.ToString());
    }
}

/// <summary>A folder for one test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coral-cli-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
