using System.Text.Json;

namespace Coral.Webhook.Settings;

/// <summary>
/// One name three ways: <c>--cert-dir</c>, else <c>CORAL_CERT_DIR</c>, else <c>coral:cert-dir</c> in <c>appsettings.json</c> of the working folder.
/// The only place that reads the environment.
/// </summary>
internal sealed class SettingSources
{
    private readonly Dictionary<string, string> file = new(StringComparer.Ordinal);
    private readonly Func<string, string?> environment;

    private SettingSources(Func<string, string?> environment) => this.environment = environment;

    /// <summary>Reads the file, if there is one. Mistakes are appended to <paramref name="problems"/>.</summary>
    internal static SettingSources Read(string path, Func<string, string?> environment, List<string> problems)
    {
        var sources = new SettingSources(environment);
        if (!File.Exists(path)) return sources;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            sources.Add(document.RootElement, path, problems);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: {exception.Message.Split('\n')[0]}");
        }

        return sources;
    }

    /// <summary>The value from environment or file, or null.</summary>
    internal string? Get(string name)
    {
        var value = environment("CORAL_" + name.ToUpperInvariant().Replace('-', '_'));
        return string.IsNullOrEmpty(value) ? file.GetValueOrDefault(name) : value;
    }

    private void Add(JsonElement root, string path, List<string> problems)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("coral", out var section)) return;
        if (section.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path}: coral must be an object of settings");
            return;
        }

        foreach (var member in section.EnumerateObject())
        {
            if (!ServeOptions.Names.Contains(member.Name)) problems.Add($"{path}: coral:{member.Name} is no setting; see coral-webhook serve --help");
            else if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) problems.Add($"{path}: coral:{member.Name} must be a text, number or truth value");
            else file[member.Name] = member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.Value.GetRawText() : member.Value.ToString();
        }
    }
}
