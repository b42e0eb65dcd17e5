using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Injection;

/// <summary>
/// Writes RFC 6902 <c>add</c> and <c>test</c> operations against the pod as it came. A parent that is absent is added empty first; one that is null is
/// tested to be null before, because <c>add</c> replaces.
/// </summary>
internal sealed class PatchWriter : IDisposable
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? shared;

    private readonly ArrayBufferWriter<byte> buffer;
    private readonly Utf8JsonWriter json;

    public PatchWriter()
    {
        buffer = shared ??= new ArrayBufferWriter<byte>(8192);
        buffer.ResetWrittenCount();
        json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
    }

    internal int Operations { get; private set; }

    /// <summary>The finished patch.</summary>
    internal byte[] Finish()
    {
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => json.Dispose();

    /// <summary>Makes sure that an object stands at a path.</summary>
    internal void EnsureObject(string path, JsonElement now) => Ensure(path, now, isArray: false);

    /// <summary>Makes sure that an array stands at a path.</summary>
    internal void EnsureArray(string path, JsonElement now) => Ensure(path, now, isArray: true);

    internal void Add(string path, string value)
    {
        Begin("add"u8, path);
        json.WriteString("value"u8, value);
        json.WriteEndObject();
    }

    internal void Add(string path, bool value)
    {
        Begin("add"u8, path);
        json.WriteBoolean("value"u8, value);
        json.WriteEndObject();
    }

    internal void Add(string path, JsonElement value)
    {
        Begin("add"u8, path);
        json.WritePropertyName("value"u8);
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        json.WriteEndObject();
    }

    internal void Add(PinAddition addition)
    {
        if (addition.OverNull) TestNull(addition.Path);
        Add(addition.Path, addition.Value);
    }

    internal void AddNamed(string path, string name)
    {
        Begin("add"u8, path);
        json.WriteStartObject("value"u8);
        json.WriteString("name"u8, name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Ensure(string path, JsonElement now, bool isArray)
    {
        if (now.ValueKind == (isArray ? JsonValueKind.Array : JsonValueKind.Object)) return;
        if (now.ValueKind == JsonValueKind.Null) TestNull(path);
        Begin("add"u8, path);
        json.WritePropertyName("value"u8);
        if (isArray)
        {
            json.WriteStartArray();
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void TestNull(string path)
    {
        Begin("test"u8, path);
        json.WriteNull("value"u8);
        json.WriteEndObject();
    }

    private void Begin(ReadOnlySpan<byte> operation, string path)
    {
        Operations++;
        json.WriteStartObject();
        json.WriteString("op"u8, operation);
        json.WriteString("path"u8, path);
    }
}
