using System.Text;
using Coral.Policies.PodSecurity.Admission;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>What the PodSecurity plug-in says to the one who asks: the same record from the API server's answer and from our outcome, so that they can be compared.</summary>
internal sealed record PluginAnswer(string Refusal, string Warnings)
{
    /// <summary>The kit's API server; its checks end at its own minor.</summary>
    public static readonly KubernetesVersion Server = new(1, 36);

    public bool Allowed => Refusal.Length == 0;

    public static PluginAnswer Of(PodSecurityOutcome outcome) => new(outcome.Refusal, string.Join('\n', outcome.Warnings));

    /// <summary>Null when the request was refused for another reason, by validation as a rule.</summary>
    public static PluginAnswer? Of(ApiResponse response)
    {
        var message = response.Ok ? "" : response.Message ?? "";
        var start = message.IndexOf("violates PodSecurity", StringComparison.Ordinal);
        if (start < 0 && !response.Ok) return null;
        var warnings = response.Warnings.Select(Utf8).Where(warning => warning.StartsWith("would violate PodSecurity", StringComparison.Ordinal));
        return new(start < 0 ? "" : message[start..], string.Join('\n', warnings));
    }

    public override string ToString() => $"refusal: {Refusal}\n        warnings: {Warnings}";

    /// <summary>.NET reads headers as Latin-1, and the API server writes UTF-8.</summary>
    private static string Utf8(string header) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(header));
}
