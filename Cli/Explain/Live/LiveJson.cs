using System.Text.Json;

namespace Coral.Cli.Explain.Live;

/// <summary>The member <c>live</c> of an explanation: null for what comes from a file.</summary>
internal static class LiveJson
{
    internal static void Write(Utf8JsonWriter json, Comparison? live)
    {
        if (live is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("sidecar", live.Sidecar);
        json.WritePropertyName("status");
        Write(json, live.Status);
        json.WriteBoolean("same", live.Same);
        json.WriteStartArray("causes");
        foreach (var cause in live.Causes)
        {
            json.WriteStartObject();
            json.WriteString("code", cause.Code);
            json.WriteString("then", cause.Then);
            json.WriteString("now", cause.Now);
            json.WriteString("text", cause.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PodStatus? status)
    {
        if (status is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", status.Id);
        json.WriteString("variant", status.Variant);
        json.WriteString("form", status.Form);
        json.WriteString("reason", status.Reason);
        json.WriteString("template", status.Template);
        json.WriteString("policy", status.Policy);
        json.WriteTexts("degraded", status.Degraded);
        json.WriteEndObject();
    }
}
