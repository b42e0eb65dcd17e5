using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>Decides who may read <c>/api/…</c>. Thread safe.</summary>
internal interface IApiAccess
{
    /// <summary>Null for who may; else the status and one line that says why not.</summary>
    Task<Refusal?> CheckAsync(HttpContext context);
}

/// <summary>Why somebody may not read.</summary>
/// <param name="Code">The status of the answer.</param>
/// <param name="Line">For people.</param>
internal sealed record Refusal(int Code, string Line);
