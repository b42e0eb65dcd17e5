using System.Text.Json.Nodes;

namespace Coral.Cli.Tests.Testing;

/// <summary>Ways to make an expectation wrong: another value that is as valid as the one that stands there.</summary>
internal static class Mutation
{
    private const string Nothing = "no such thing";

    private static readonly Dictionary<string, Func<JsonNode?, IEnumerable<JsonNode?>>> Ways = new(StringComparer.Ordinal)
    {
        ["outcome"] = value => Other(value, "injected", "skipped"),
        ["reason"] = _ => ["not-needed"],
        ["variant"] = value => Other(value, "restricted", "ebpf-full"),
        ["form"] = value => Other(value, "native", "regular"),
        ["mode"] = value => Other(value, "auto", "ebpf-privileged"),
        ["level"] = value => Other(value, "privileged", "baseline"),
        ["origin"] = value => Other(value, "label", "assumed"),
        ["exemption"] = value => Other(value, "user", "runtimeClass"),
        ["floor"] = _ => ["not-needed"],
        ["pin"] = value => Other(value, "pinned", "not-needed"),
        ["policy"] = _ => [Nothing],
        ["audit"] = value => Other(value, "normal", "required"),
        ["template"] = _ => [Nothing],
        ["patchHash"] = _ => [new string('0', 64)],
        ["rules"] = Longer,
        ["degraded"] = Longer,
        ["violations"] = Longer,
        ["warnings"] = Longer,
        ["candidates"] = value => Members(value, fate => (string?)fate == "chosen" ? "not-tried" : "chosen"),
        ["patch"] = value => [new JsonArray([.. value!.AsArray().Select(operation => operation!.DeepClone()), new JsonObject()])],
        ["pod"] = value => Members(value, there => there is null ? Nothing : null),
    };

    internal static IEnumerable<string> Names => Ways.Keys;

    /// <summary>Every single change that can be made to an expectation.</summary>
    internal static IEnumerable<Action> Of(JsonObject expect) =>
        expect.ToList().SelectMany(stated => Ways[stated.Key](stated.Value).Select(wrong => (Action)(() => expect[stated.Key] = wrong)));

    private static IEnumerable<JsonNode?> Other(JsonNode? value, string one, string two) => [(string?)value == one ? two : one];

    private static IEnumerable<JsonNode?> Longer(JsonNode? list) => [new JsonArray([.. list!.AsArray().Select(item => item!.DeepClone()), Nothing])];

    private static IEnumerable<JsonNode?> Members(JsonNode? members, Func<JsonNode?, JsonNode?> wrong) => members!.AsObject().Select(member =>
    {
        var changed = members.DeepClone().AsObject();
        changed[member.Key] = wrong(member.Value);
        return (JsonNode?)changed;
    });
}
