using System.CommandLine;
using Coral.Audit.Shipping;
using Coral.Audit.Shipping.Access;
using Coral.Audit.Spool;
using Coral.Policies;

namespace Coral.NodeAgent.Journal;

/// <summary>Where audit documents of the node go: the options of <c>coral-webhook serve</c> that have the same names.</summary>
/// <param name="Spool">The folder.</param>
/// <param name="MaxBytes">The spool's size as a ring, without a search server.</param>
/// <param name="SamplesMaxBytes">The same for the spool of what collectors see, which lets go of the oldest in any case.</param>
/// <param name="Search">The search server and how to be let in, or null.</param>
/// <param name="Cluster">The cluster's name.</param>
internal sealed record AuditOptions(string Spool, long MaxBytes, long SamplesMaxBytes, ShipperOptions? Search, string Cluster)
{
    private const long DefaultBytes = 64L * 1024 * 1024;

    private static readonly (string Name, string Value, string Help)[] Texts =
    [
        ("spool", "DIR", "Where audit documents are kept before they are shipped (none: no documents)"),
        ("spool-max-bytes", "SIZE", "The spool's quota: a ring lets go of the oldest, unshipped documents are refused beyond it (64Mi)"),
        ("samples-max-bytes", "SIZE", "The quota of what collectors see, kept in DIR/samples: beyond it the oldest goes (64Mi)"),
        .. SearchSettings.Options,
        ("cluster", "NAME", "The cluster's name in audit documents (default)"),
    ];

    /// <summary>Adds the options to a verb; what is returned reads them. Each is also an environment variable: <c>--search-api-key-file</c> is CORAL_SEARCH_API_KEY_FILE.</summary>
    internal static Func<ParseResult, List<string>, AuditOptions?> AddTo(Command command)
    {
        var search = new Option<string[]>("--" + SearchSettings.Address);
        var options = Texts.Where(text => text.Name != SearchSettings.Address).ToDictionary(text => text.Name, text => new Option<string?>("--" + text.Name), StringComparer.Ordinal);
        foreach (var (name, value, help) in Texts)
        {
            Option option = name == SearchSettings.Address ? search : options[name];
            (option.HelpName, option.Description) = (value, help);
            command.Add(option);
        }

        string? Given(ParseResult result, string name)
        {
            if (name != SearchSettings.Address) return result.GetValue(options[name]);
            return result.GetValue(search) is { Length: > 0 } urls ? string.Join(',', urls) : null;
        }

        return (result, problems) => Read(name => Given(result, name) ?? Environment.GetEnvironmentVariable("CORAL_" + name.Replace('-', '_').ToUpperInvariant()), problems);
    }

    /// <summary>Null where no documents are wanted, or with all mistakes.</summary>
    internal static AuditOptions? Read(Func<string, string?> value, List<string> problems)
    {
        if (value("spool") is not { Length: > 0 } spool)
        {
            problems.AddRange(from text in Texts where text.Name != "spool" && value(text.Name) is not null and not "none" select $"--{text.Name} needs --spool: documents are kept there before they are shipped");
            return null;
        }

        var size = Size("spool-max-bytes", value, problems);
        var samples = Size("samples-max-bytes", value, problems);
        var search = new SearchSettings(value, problems).Read();
        // The agent would go on without access and only say so; at the start somebody looks.
        if (search is not null) problems.AddRange(search.Access.Problems());
        return new AuditOptions(spool, size, samples, search, value("cluster") ?? "default");
    }

    private static long Size(string name, Func<string, string?> value, List<string> problems)
    {
        if (value(name) is not { } text) return DefaultBytes;
        if (Quantity.TryParse(text, out var amount) && amount.Sign > 0) return amount.ToBytes();
        problems.Add($"--{name} is \"{text}\"; it must be a size such as 64Mi");
        return DefaultBytes;
    }

    internal SpoolOptions SpoolOptions => new() { Directory = Spool, MaxBytes = MaxBytes, HasShipper = Search is not null };
}
