using System.CommandLine;

namespace Coral.NodeAgent.Commands;

/// <summary><c>--otlp-endpoint</c>: where metrics are sent by OpenTelemetry's protocol.</summary>
internal static class OtlpOption
{
    private const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Example = "http://127.0.0.1:4318";

    internal static Option<string> Build()
    {
        var option = new Option<string>("--otlp-endpoint")
        {
            HelpName = "URL",
            Description = $"Where metrics are sent by OpenTelemetry's protocol every minute, such as {Example}; its own variables say how ({Variable}, else none)",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } said ? said : CollectorOptions.None,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { } text || text == CollectorOptions.None || Parse(text) is { UserInfo: "" }) return;
            // A password in it is not said.
            if (Parse(text) is not null) result.AddError("--otlp-endpoint has a name or password in it; put it into OTEL_EXPORTER_OTLP_HEADERS");
            else result.AddError($"--otlp-endpoint is \"{text}\"; it must be a URL of http or https, such as {Example}, or none");
        });
        return option;
    }

    /// <summary>Null where nothing is sent.</summary>
    internal static Uri? Parse(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url is { Query: "", Fragment: "" } ? url : null;
}
