using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;

namespace Coral.Cli.Kibana;

/// <summary>The options that say where Kibana is and who asks.</summary>
internal sealed class KibanaAccess
{
    private readonly Option<string?> url = new("--url") { HelpName = "URL", Description = "Kibana or OpenSearch Dashboards, such as http://127.0.0.1:5601" };
    private readonly Option<string?> space = new("--space") { HelpName = "NAME", Description = "The space of Kibana (default)" };
    private readonly Option<string?> key = new("--api-key-file") { HelpName = "FILE", Description = "A file with the encoded API key" };
    private readonly Option<string?> user = new("--user") { HelpName = "NAME", Description = "The user, with --password-file" };
    private readonly Option<string?> password = new("--password-file") { HelpName = "FILE", Description = "A file with the user's password" };
    private readonly Option<string?> ca = new("--ca-file") { HelpName = "FILE", Description = "The CA that signed its certificate (the machine's own)" };

    internal void AddTo(Command command)
    {
        foreach (var option in new[] { url, space, key, user, password, ca }) command.Add(option);
    }

    /// <summary>The client; null after a mistake was noted.</summary>
    internal KibanaClient? Read(ParseResult result, Problems problems)
    {
        var address = Address(result.GetValue(url), problems);
        var name = result.GetValue(space);
        if (name is not null && (name.Length == 0 || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '_')))) problems.Add($"--space is \"{name}\"; it must be a space's id: small letters, digits, - and _");
        if (result.GetValue(key) is not null && result.GetValue(user) is not null) problems.Add("--api-key-file and --user exclude each other");
        if (result.GetValue(user) is null != result.GetValue(password) is null) problems.Add("--user and --password-file need each other");
        var authorization = problems.Try(() => new Credential(Authorization(result)));
        var roots = problems.Try(() => Trust.Read(result.GetValue(ca)));
        return problems.Lines.Count > 0 ? null : new KibanaClient(address!, name, authorization!.Header, roots!);
    }

    private static Uri? Address(string? text, Problems problems)
    {
        if (text is null)
        {
            problems.Add("--url is needed: Kibana or OpenSearch Dashboards, such as http://127.0.0.1:5601");
            return null;
        }

        // The text is not repeated where it may hold a password.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) problems.Add("--url must be an http or https URL, such as http://127.0.0.1:5601");
        else if (uri.UserInfo.Length > 0) problems.Add("--url has a user in it; use --user and --password-file");
        else return new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        return null;
    }

    private AuthenticationHeaderValue? Authorization(ParseResult result)
    {
        if (result.GetValue(key) is { } file) return new("ApiKey", Secret("--api-key-file", file));
        if (result.GetValue(user) is not { } name || result.GetValue(password) is not { } secret) return null;
        return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Secret("--password-file", secret)}")));
    }

    private static string Secret(string option, string file)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            return text.Length > 0 && !text.Any(char.IsControl) ? text : throw new BadInputException($"{option} {file}: it must hold a secret in one line");
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{option} {file}: {(File.Exists(file) ? $"cannot be read: {mistake.Message}" : "there is no such file")}");
        }
    }

    private sealed record Credential(AuthenticationHeaderValue? Header);
}
