using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Coral.Policies;

namespace Coral.Webhook.Admission;

/// <summary>One parsed <c>admission.k8s.io/v1</c> AdmissionReview. Owns the buffers of its JSON: dispose it after the answer is written.</summary>
internal sealed class AdmissionReview : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    private readonly JsonDocument document;

    private AdmissionReview(JsonDocument document) => this.document = document;

    internal string Uid { get; private init; } = "";

    internal string Namespace { get; private init; } = "";

    internal string Name { get; private init; } = "";

    internal string Operation { get; private init; } = "";

    /// <summary>The plural, with its group where it has one.</summary>
    internal string Resource { get; private init; } = "";

    internal string SubResource { get; private init; } = "";

    internal string Kind { get; private init; } = "";

    internal bool DryRun { get; private init; }

    /// <summary>The object as it would be stored; Undefined for a deletion.</summary>
    internal JsonElement Object { get; private init; }

    internal Requester Requester { get; private init; } = Requester.Unknown;

    /// <summary>Where the body ends in the pipe that it was read from.</summary>
    internal SequencePosition End { get; private init; }

    /// <summary>Reads a body in place: it must stay where it is until the review is disposed. For what no API server sends, one sentence says why not.</summary>
    internal static bool TryRead(ReadOnlySequence<byte> body, [NotNullWhen(true)] out AdmissionReview? review, [NotNullWhen(false)] out string? mistake)
    {
        JsonDocument? document = null;
        try
        {
            if (body.IsEmpty) throw new BadReviewException("the body is empty; send an AdmissionReview as JSON");
            document = JsonDocument.Parse(body, Options);
            (review, mistake) = (Read(document, body.End), null);
            return true;
        }
        catch (Exception exception) when (exception is BadReviewException or JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, which is JSON and no text.
            document?.Dispose();
            (review, mistake) = (null, exception is BadReviewException ? exception.Message : $"the body is not valid JSON: {FirstLine(exception.Message)}");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => document.Dispose();

    private static AdmissionReview Read(JsonDocument document, SequencePosition end)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new BadReviewException("the body is not a JSON object; send an AdmissionReview");
        if (root.Text("kind"u8) != "AdmissionReview") throw new BadReviewException("kind must be AdmissionReview");
        var version = root.Text("apiVersion"u8);
        if (version != "admission.k8s.io/v1")
            throw new BadReviewException($"apiVersion must be admission.k8s.io/v1, not {Clip(version)}; register the webhook with admissionReviewVersions: [v1]");

        var request = root.Get("request"u8);
        if (request.ValueKind != JsonValueKind.Object) throw new BadReviewException("request is missing");
        if (request.Text("uid"u8) is not { Length: > 0 and <= 128 } uid) throw new BadReviewException("request.uid is missing");
        if (request.Text("operation"u8) is not ("CREATE" or "UPDATE" or "DELETE" or "CONNECT")) throw new BadReviewException("request.operation must be CREATE, UPDATE, DELETE or CONNECT");
        var operation = request.Text("operation"u8)!;
        var item = request.Get("object"u8);
        if (operation is "CREATE" or "UPDATE" && item.ValueKind != JsonValueKind.Object) throw new BadReviewException($"request.object must be an object on {operation}");

        var resource = request.Get("resource"u8);
        if (resource.Text("resource"u8) is not { Length: > 0 } plural) throw new BadReviewException("request.resource.resource is missing");
        var group = resource.Text("group"u8) ?? "";
        return new AdmissionReview(document)
        {
            End = end,
            Uid = uid,
            Namespace = request.Text("namespace"u8) ?? "",
            Name = request.Text("name"u8) ?? "",
            Operation = operation,
            Resource = group.Length == 0 ? plural : plural + "." + group,
            SubResource = request.Text("subResource"u8) ?? "",
            Kind = request.Get("kind"u8).Text("kind"u8) ?? "",
            DryRun = request.IsTrue("dryRun"u8),
            Object = item,
            Requester = ReadRequester(request.Get("userInfo"u8)),
        };
    }

    private static Requester ReadRequester(JsonElement user)
    {
        if (user.ValueKind != JsonValueKind.Object) return Requester.Unknown;
        var groups = ImmutableArray.CreateBuilder<string>();
        foreach (var group in user.Items("groups"u8))
        {
            if (group.AsText() is { } name) groups.Add(name);
        }

        return new Requester(user.Text("username"u8) ?? "", user.Text("uid"u8) ?? "", groups.ToImmutable());
    }

    private static string Clip(string? text) => text is null ? "absent" : text.Length <= 60 ? text : text[..60] + "…";

    private static string FirstLine(string text) => text.Split('\n')[0];
}

/// <summary>A body that is no review.</summary>
internal sealed class BadReviewException(string message) : Exception(message);
