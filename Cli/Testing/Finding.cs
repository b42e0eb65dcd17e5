using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Inputs;
using Coral.Cli.Patching;
using Coral.Policies;

namespace Coral.Cli.Testing;

/// <summary>The decision on one object of a case, with what it was about.</summary>
/// <param name="Pod">As the engine saw it.</param>
internal sealed record Finding(InputObject Item, string Namespace, JsonElement Pod, ClusterFacts Facts, Decision Decision)
{
    private readonly Lazy<JsonElement> patched = new(() =>
    {
        if (Decision.Patch.IsEmpty) return Pod;
        var pod = JsonObject.Create(Pod)!;
        JsonPatch.Apply(pod, Decision.Patch);
        return Json.ToElement(pod);
    });

    /// <summary>The pod with the patch applied.</summary>
    internal JsonElement Patched => patched.Value;
}
