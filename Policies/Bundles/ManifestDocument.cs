using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>One object of a manifest, with the place where it stands. Immutable and thread safe.</summary>
public sealed class ManifestDocument
{
    private readonly LineMap lines;

    internal ManifestDocument(JsonElement value, string file, LineMap lines)
    {
        Object = value;
        File = file;
        this.lines = lines;
    }

    /// <summary>The object as JSON: members in the order of the file, numbers with the text of the file where JSON has it. It stays valid as long as it is referred to.</summary>
    public JsonElement Object { get; }

    /// <summary>The file as it was named by the user; <c>-</c> for standard input.</summary>
    public string File { get; }

    /// <summary>The line on which the object begins, counted from 1.</summary>
    public int Line => lines.LineOf(Object, "");

    /// <summary><c>kind</c>, or an empty text.</summary>
    public string Kind => Object.Text("kind"u8) ?? "";

    /// <summary><c>apiVersion</c>, or an empty text.</summary>
    public string ApiVersion => Object.Text("apiVersion"u8) ?? "";

    /// <summary><c>metadata.name</c>, or an empty text.</summary>
    public string Name => Object.Get("metadata"u8).Text("name"u8) ?? "";

    /// <summary>
    /// The line of a field such as <c>spec.modes.allowed[1]</c> or <c>metadata.labels[coral.io/inject]</c>; where the field is not there, the line of
    /// the innermost part that is. It searches the document each time: for error messages.
    /// </summary>
    public int LineOf(string path) => lines.LineOf(Object, path);
}
