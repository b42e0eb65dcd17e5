namespace Coral.NodeAgent.SystemFacts;

/// <summary>Whether this process is in the machine's own namespaces.</summary>
internal static class Namespaces
{
    // include/linux/proc_ns.h: the first namespaces of a machine have fixed numbers.
    private const string InitialUser = "user:[4026531837]";
    private const string InitialPid = "pid:[4026531836]";

    /// <summary>For <c>user</c> or <c>pid</c>.</summary>
    internal static bool IsInitial(string root, string kind) =>
        new FileInfo(Path.Join(root, $"proc/self/ns/{kind}")).LinkTarget == (kind == "user" ? InitialUser : InitialPid);
}
