using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Spool;

/// <summary>Only one process may write into a spool. The kernel lets go of the lock when the process ends, however it ends.</summary>
internal sealed class SpoolLock : IDisposable
{
    private readonly SafeFileHandle held;

    private SpoolLock(SafeFileHandle held) => this.held = held;

    /// <summary>Throws <see cref="SpoolUnavailableException"/> while another process holds it.</summary>
    public static SpoolLock Take(string directory)
    {
        var path = Path.Combine(directory, "lock");
        SafeFileHandle file;
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix; it belongs to this handle and is not inherited by programs that we start.
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new SpoolUnavailableException($"spool {directory}: in use by {Holder(directory)}; stop that process or give this one another --spool folder.", error);
        }

        // In a file of its own, because .NET can't read a file that is locked.
        File.WriteAllText(HolderPath(directory), $"{Environment.ProcessId}\n");
        return new SpoolLock(file);
    }

    public void Dispose() => held.Dispose();

    private static string HolderPath(string directory) => Path.Combine(directory, "lock.pid");

    private static string Holder(string directory)
    {
        try
        {
            return File.ReadAllText(HolderPath(directory)).Trim() is { Length: > 0 } id ? $"process {id}" : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
