namespace Coral.Webhook.Serving;

/// <summary>What an exit code says (design §6).</summary>
internal static class ExitCodes
{
    internal const int Done = 0;
    internal const int BadInput = 2;
    internal const int Unreachable = 3;
}
