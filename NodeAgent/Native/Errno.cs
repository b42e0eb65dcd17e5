namespace Coral.NodeAgent.Native;

/// <summary>The kernel's error numbers that are told apart (include/uapi/asm-generic/errno*.h; 524 is internal to the kernel and reaches users all the same).</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int E2BIG = 7;
    internal const int EACCES = 13;
    internal const int ENODEV = 19;
    internal const int EINVAL = 22;
    internal const int ENOSYS = 38;
    internal const int EOPNOTSUPP = 95;
    internal const int ETIMEDOUT = 110;
    internal const int ENOTSUPP = 524;

    /// <summary>Its name where it has one here, else the number.</summary>
    internal static string NameOf(int errno) => errno switch
    {
        EPERM => "EPERM",
        ENOENT => "ENOENT",
        ESRCH => "ESRCH",
        E2BIG => "E2BIG",
        12 => "ENOMEM",
        EACCES => "EACCES",
        16 => "EBUSY",
        ENODEV => "ENODEV",
        EINVAL => "EINVAL",
        ENOSYS => "ENOSYS",
        EOPNOTSUPP => "EOPNOTSUPP",
        98 => "EADDRINUSE",
        99 => "EADDRNOTAVAIL",
        100 => "ENETDOWN",
        101 => "ENETUNREACH",
        103 => "ECONNABORTED",
        104 => "ECONNRESET",
        ETIMEDOUT => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        113 => "EHOSTUNREACH",
        125 => "ECANCELED",
        ENOTSUPP => "ENOTSUPP",
        17 => "EEXIST",
        4 => "EINTR",
        5 => "EIO",
        9 => "EBADF",
        11 => "EAGAIN",
        14 => "EFAULT",
        20 => "ENOTDIR",
        21 => "EISDIR",
        24 => "EMFILE",
        28 => "ENOSPC",
        32 => "EPIPE",
        71 => "EPROTO",
        _ => $"errno {errno}",
    };
}
