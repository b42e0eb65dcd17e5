using System.Reflection;
using System.Text.Json.Nodes;

namespace Coral.EndToEnd.Harness;

/// <summary>The program <c>coral</c>, as it was built with these tests.</summary>
public static class CliProgram
{
    /// <summary>Its path, for <c>dotnet</c>.</summary>
    public static readonly string Program = typeof(CliProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "CoralCliPath").Value!;

    /// <summary>Runs it to its end.</summary>
    public static Task<CommandResult> Run(params IEnumerable<string> arguments) =>
        Command.Run(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Program, .. arguments]);

    /// <summary>Standard output, one JSON value a line, of a run that must end with this exit code.</summary>
    public static async Task<IReadOnlyList<JsonNode>> Json(int code, params IEnumerable<string> arguments)
    {
        var result = await Run([.. arguments, "-o", "json"]);
        Assert.True(result.ExitCode == code, result.ToString());
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
