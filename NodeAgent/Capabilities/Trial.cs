using System.Text.Json;
using Coral.NodeAgent.Native;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Capabilities;

/// <summary>How the trial of one fact in one process ended.</summary>
/// <param name="State">Ok, absent, denied or error.</param>
/// <param name="Errno">The error of the failing call, or 0.</param>
/// <param name="Line">The verifier's first line or, where the verifier was not reached, libbpf's; null when neither said anything.</param>
/// <param name="Micros">Microseconds from opening the object to detaching it.</param>
/// <param name="Method">What was done, up to the step that failed.</param>
internal sealed record Trial(FactState State, int Errno, string? Line, long Micros, string Method)
{
    /// <summary>A trial that could not be made.</summary>
    internal static Trial NotMade(string why, int errno = 0) => new(FactState.Error, errno, null, 0, why);

    /// <summary>What an error number says (research: EPERM is policy or a lack of capabilities; EINVAL, E2BIG and the like a kernel that lacks the thing).</summary>
    /// <param name="errno">A positive error number.</param>
    /// <param name="byVerifier">The verifier spoke: EACCES is then its word for an access that it forbids.</param>
    internal static FactState StateOf(int errno, bool byVerifier) => errno switch
    {
        Native.Errno.EPERM => FactState.Denied,
        Native.Errno.EACCES => byVerifier ? FactState.Error : FactState.Denied,
        Native.Errno.ENOENT or Native.Errno.ESRCH or Native.Errno.E2BIG or Native.Errno.ENODEV or Native.Errno.EINVAL or Native.Errno.ENOSYS or Native.Errno.EOPNOTSUPP
            or Native.Errno.ENOTSUPP => FactState.Absent,
        _ => FactState.Error,
    };

    internal static string NameOf(FactState state) => state switch
    {
        FactState.Ok => "ok",
        FactState.Absent => "absent",
        FactState.Denied => "denied",
        _ => "error",
    };

    /// <summary>The members of a fact, in the document as between processes.</summary>
    internal void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("state"u8, NameOf(State));
        if (Errno != 0) json.WriteNumber("errno"u8, Errno);
        if (Line is not null) json.WriteString("verifier"u8, Line);
        json.WriteNumber("micros"u8, Micros);
        json.WriteString("method"u8, Method);
    }

    /// <summary>Reads what <see cref="WriteMembers"/> wrote.</summary>
    internal static Trial Read(JsonElement json) => new(
        json.GetProperty("state"u8).GetString() switch { "ok" => FactState.Ok, "absent" => FactState.Absent, "denied" => FactState.Denied, _ => FactState.Error },
        json.TryGetProperty("errno"u8, out var errno) ? errno.GetInt32() : 0,
        json.TryGetProperty("verifier"u8, out var line) ? line.GetString() : null,
        json.GetProperty("micros"u8).GetInt64(),
        json.GetProperty("method"u8).GetString() ?? "");
}
