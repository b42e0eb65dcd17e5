namespace Coral.Audit.Shipping;

/// <summary>Why documents are held until an operator acts, in words of few: the values of the label <c>reason</c> of <c>coral_audit_blocked</c>.</summary>
public static class BlockReasons
{
    /// <summary>The server does not know us (401).</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The server does not let us (403).</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The stream or its template is not there and can't be made (404).</summary>
    public const string Missing = "missing";

    /// <summary>The server can't be prepared.</summary>
    public const string Bootstrap = "bootstrap";

    /// <summary>Refused documents can't be kept.</summary>
    public const string DeadLetter = "deadletter";

    /// <summary>An answer that no search server should give.</summary>
    public const string Answer = "answer";

    /// <summary>The spool can't be read.</summary>
    public const string Spool = "spool";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Unauthorized, Forbidden, Missing, Bootstrap, DeadLetter, Answer, Spool];

    internal static string Of(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => Missing,
        _ => Answer,
    };
}
