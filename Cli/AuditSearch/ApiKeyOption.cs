using System.CommandLine;

namespace Coral.Cli.AuditSearch;

/// <summary>The option that names the file with a search server's API key.</summary>
/// <param name="server">The option that names the server.</param>
internal sealed class ApiKeyOption(string server)
{
    private const string Name = "--search-api-key-file";

    private readonly Option<string?> option = new(Name) { HelpName = "FILE", Description = "A file with the encoded API key for it" };

    internal void AddTo(Command command) => command.Add(option);

    /// <summary>The key; null without one, or after a mistake was noted.</summary>
    internal string? Read(ParseResult result, bool isServer, Problems problems)
    {
        if (result.GetValue(option) is not { } file) return null;
        if (isServer) return problems.Try(() => Key(file));
        problems.Add($"{Name} needs {server}");
        return null;
    }

    private static string Key(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{Name} {file}: cannot be read: {mistake.Message}");
        }
    }
}
