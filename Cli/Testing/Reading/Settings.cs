using System.Collections.Immutable;
using System.Text.Json;
using Coral.Cli.Testing.Stating;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Testing.Reading;

/// <summary>What holds for a case: its own word, else that of the top. Only labels, annotations and members of the request are laid over one by one.</summary>
internal readonly struct Settings(JsonField top, JsonField item)
{
    internal JsonField this[string name] => item.Member(name) is { IsAbsent: false } own ? own : top.Member(name);

    internal KubernetesVersion? ServerVersion => KubernetesVersion.TryParse(this["serverVersion"].Value.AsText(), out var version) ? version : null;

    internal LevelVersion? ProbedLevel => this["probedLevel"].Value.AsText() is { } text && AspectChecks.TryLevel(text, out var level) ? level : null;

    internal DateTimeOffset? Now => Rfc3339.Read(this["now"].Value);

    internal Circumstances Circumstances => new()
    {
        Namespace = NameOf(item.Member("namespace").Value) ?? NameOf(top.Member("namespace").Value),
        Labels = Texts("labels"),
        Annotations = Texts("annotations"),
        Requester = Asked("user").AsText() is { } user ? new Requester(user, "", [.. Asked("groups").ValueKind == JsonValueKind.Array ? Asked("groups").EnumerateArray().Select(name => name.GetString()!) : []]) : null,
        DryRun = Asked("dryRun").ValueKind == JsonValueKind.True,
        Operation = Asked("operation").AsText() ?? "CREATE",
        Resource = Asked("resource").AsText() ?? "pods",
        SubResource = Asked("subresource").AsText() ?? "",
        Validates = Asked("call").AsText() == "validate",
        Reinvoked = Asked("reinvoked").ValueKind == JsonValueKind.True,
    };

    private static string? NameOf(JsonElement ns) => ns.AsText() ?? ns.Text("name"u8);

    private JsonElement Asked(string name)
    {
        var own = item.Value.Get("request"u8).Get(name);
        return own.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? top.Value.Get("request"u8).Get(name) : own;
    }

    private ImmutableDictionary<string, string?> Texts(string part)
    {
        var texts = ImmutableDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        foreach (var settings in new[] { top, item })
        {
            foreach (var (name, member) in settings.Member("namespace").Member(part).Members()) texts[name] = member.Value.AsText();
        }

        return texts.ToImmutable();
    }
}
