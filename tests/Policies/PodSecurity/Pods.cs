using System.Text.Json;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Pods from JSON, judged in one call.</summary>
internal static class Pods
{
    /// <summary>A container named <c>a</c> that passes restricted at every version.</summary>
    public const string Hardened =
        """{"name":"a","image":"i","securityContext":{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}""";

    public static PodView View(string spec, string annotations = "{}") =>
        new(JsonElement.Parse($$"""{"metadata":{"name":"p","annotations":{{annotations}} },"spec":{{spec}} }"""));

    public static PolicyVersion Version(string text) => PolicyVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);

    public static Verdict Judge(string spec, Level level, string version = "latest", string annotations = "{}") =>
        PodSecurityEvaluator.Evaluate(View(spec, annotations), level, Version(version));

    /// <summary>The detail of that check, or null when it passes.</summary>
    public static string? Detail(string check, Level level, string version, string spec, string annotations = "{}") =>
        Judge(spec, level, version, annotations).Violations.SingleOrDefault(violation => violation.Check == check)?.Detail;
}
