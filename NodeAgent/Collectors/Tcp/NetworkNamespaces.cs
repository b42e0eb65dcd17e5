using System.Globalization;
using System.Runtime.InteropServices;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>The network namespaces of all processes that can be seen.</summary>
internal static class NetworkNamespaces
{
    private const int Most = 1024;

    /// <summary>Does something once in each, on a thread that ends with it, and in that of this process first. To enter another takes SYS_ADMIN.</summary>
    /// <returns>How many could not be entered.</returns>
    internal static int InEach(Action action)
    {
        var failed = 0;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
                foreach (var path in Others())
                {
                    switch (Enter(path))
                    {
                        case true: action(); break;
                        case false: failed++; break;
                        default: break;
                    }
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? failed : throw new BpfException($"read sockets: {failure.Message}", failure is BpfException { Errno: var errno } ? errno : 0);
    }

    /// <summary>One process of each that is not this one's.</summary>
    private static List<string> Others()
    {
        var known = new HashSet<string>(StringComparer.Ordinal) { Name("/proc/self/ns/net") ?? "" };
        var paths = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            var path = $"{folder}/ns/net";
            if (known.Count <= Most && Name(path) is { } name && known.Add(name)) paths.Add(path);
        }

        return paths;
    }

    /// <summary>Such as <c>net:[4026531840]</c>; null where the process is gone or not ours to look at.</summary>
    private static string? Name(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null where it has gone.</summary>
    private static bool? Enter(string path)
    {
        try
        {
            using var space = Descriptors.OpenPath(path);
            return Libc.EnterNamespace((int)space.DangerousGetHandle(), Libc.CloneNewNet) == 0;
        }
        catch (BpfException failure)
        {
            return failure.Errno == Errno.ENOENT ? null : false;
        }
    }
}
