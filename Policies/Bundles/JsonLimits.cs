using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>How deep and how loosely JSON is read here.</summary>
internal static class JsonLimits
{
    /// <summary>Far beyond any Kubernetes object (the schema of a CRD in a CRD is about 60 deep), far below what would end the stack.</summary>
    public const int Depth = 256;

    /// <summary>For text that people and programs hand in.</summary>
    public static readonly JsonDocumentOptions Strict = new() { MaxDepth = Depth, AllowDuplicateProperties = false };

    /// <summary>For text whose duplicates were reported already or can't be.</summary>
    public static readonly JsonDocumentOptions Lenient = new() { MaxDepth = Depth };
}
