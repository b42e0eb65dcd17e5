using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Shipping;

/// <summary>Lets one process at a time change the dead letters, each for as long as it takes to write a few files. The kernel lets go of it when the process ends.</summary>
internal static class FolderLock
{
    /// <summary>Throws <see cref="SpoolUnavailableException"/> while another one has it.</summary>
    public static SafeFileHandle Take(string directory)
    {
        try
        {
            return File.OpenHandle(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new SpoolUnavailableException($"{directory}: another process changes the refused documents at this moment; try again.", error);
        }
    }
}
