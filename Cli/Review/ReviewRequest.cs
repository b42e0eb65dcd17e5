using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Deciding;
using Coral.Cli.Inputs;
using Coral.Policies;

namespace Coral.Cli.Review;

/// <summary>The AdmissionReview that an API server sends when a pod of an object is created.</summary>
internal sealed class ReviewRequest
{
    private readonly InputObject item;
    private readonly string ns;

    internal ReviewRequest(InputObject item, string ns)
    {
        this.item = item;
        this.ns = ns;
        Pod = new TemplatePod(item).Node;
        if (Pod["metadata"] is not JsonObject metadata) Pod["metadata"] = metadata = [];
        metadata["namespace"] = ns;
        // A controller gives its pods a beginning of a name; the API server makes the rest after admission.
        if (item.Kind != "Pod" && item.Document.Name is { Length: > 0 } name) metadata["generateName"] = name + "-";
    }

    /// <summary>The API server makes a new one for each call, and answers and audit go by it.</summary>
    internal string Uid { get; } = Guid.NewGuid().ToString();

    /// <summary>The pod as it is sent.</summary>
    internal JsonObject Pod { get; }

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 512 }))
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, "AdmissionReview"u8);
            json.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
            json.WriteStartObject("request"u8);
            json.WriteString("uid"u8, Uid);
            Kind(json, "kind");
            Resource(json, "resource");
            Kind(json, "requestKind");
            Resource(json, "requestResource");
            if (item.Kind == "Pod" && item.Document.Name.Length > 0) json.WriteString("name"u8, item.Document.Name);
            json.WriteString("namespace"u8, ns);
            json.WriteString("operation"u8, "CREATE"u8);
            json.WriteStartObject("userInfo"u8);
            json.WriteString("username"u8, "coral:review"u8);
            json.WriteTexts("groups", ["system:authenticated"]);
            json.WriteEndObject();
            json.WritePropertyName("object"u8);
            Pod.WriteTo(json);
            json.WriteNull("oldObject"u8);
            json.WriteBoolean("dryRun"u8, false);
            json.WriteStartObject("options"u8);
            json.WriteString("kind"u8, "CreateOptions"u8);
            json.WriteString("apiVersion"u8, "meta.k8s.io/v1"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Kind(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("group"u8, ""u8);
        json.WriteString("version"u8, "v1"u8);
        json.WriteString("kind"u8, "Pod"u8);
        json.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("group"u8, ""u8);
        json.WriteString("version"u8, "v1"u8);
        json.WriteString("resource"u8, "pods"u8);
        json.WriteEndObject();
    }
}
