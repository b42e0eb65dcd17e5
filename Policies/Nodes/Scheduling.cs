using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>
/// What a RuntimeClass adds to its pods' own demands. In a cluster its admission plug-in has merged it before we are asked, and
/// giving it again changes nothing; offline nobody has. The default value adds nothing.
/// </summary>
/// <param name="NodeSelector"><c>scheduling.nodeSelector</c>: an object of labels, or Undefined.</param>
/// <param name="Tolerations"><c>scheduling.tolerations</c>: an array, or Undefined.</param>
public readonly record struct Scheduling(JsonElement NodeSelector, JsonElement Tolerations)
{
    /// <summary>Reads a raw RuntimeClass object.</summary>
    public static Scheduling Read(JsonElement runtimeClass)
    {
        var scheduling = runtimeClass.Get("scheduling"u8);
        return new Scheduling(scheduling.Get("nodeSelector"u8), scheduling.Get("tolerations"u8));
    }
}
