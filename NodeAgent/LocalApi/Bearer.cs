using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>The token that comes with a request (RFC 6750).</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    internal static readonly Refusal Missing = new(StatusCodes.Status401Unauthorized, "a token is needed: Authorization: Bearer TOKEN");
    internal static readonly Refusal Wrong = new(StatusCodes.Status401Unauthorized, "this token is not accepted");

    /// <summary>Null where there is none.</summary>
    internal static string? Of(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } said] && said.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && said.AsSpan(Scheme.Length).Trim() is { Length: > 0 } token ? token.ToString() : null;
}
