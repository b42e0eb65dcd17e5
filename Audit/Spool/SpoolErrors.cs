namespace Coral.Audit.Spool;

/// <summary>Turns what the operating system says into a line for the operator.</summary>
internal static class SpoolErrors
{
    /// <summary>ENOSPC, as .NET hands it on in <see cref="Exception.HResult"/> on Unix.</summary>
    public const int DiskFull = 28;

    /// <summary>EDQUOT.</summary>
    public const int Quota = 122;

    /// <summary>EROFS.</summary>
    public const int ReadOnly = 30;

    /// <summary>Whether there is no room, on the disk or within a quota: what is freed helps at once.</summary>
    public static bool IsFull(Exception error) => error.HResult is DiskFull or Quota;

    /// <summary>A quota that is used up by documents that may not go.</summary>
    public static SpoolUnavailableException Full(SpoolOptions options) => new(
        $"spool {options.Directory}: full: its {options.MaxBytes} bytes are documents that are not shipped; let the search server take documents again, or raise --spool-max-bytes.");

    /// <summary>One word for why a document was refused: <c>max-bytes</c>, <c>disk-full</c>, <c>disk-quota</c>, <c>read-only</c>, <c>no-permission</c> or <c>disk-error</c>.</summary>
    public static string ReasonOf(SpoolUnavailableException refusal) => refusal.InnerException switch
    {
        null => "max-bytes",
        UnauthorizedAccessException => "no-permission",
        { HResult: DiskFull } => "disk-full",
        { HResult: Quota } => "disk-quota",
        { HResult: ReadOnly } => "read-only",
        _ => "disk-error",
    };

    public static SpoolUnavailableException Describe(string directory, Exception error) => new(
        $"spool {directory}: " + error.HResult switch
        {
            DiskFull => "the disk is full; free space or give --spool another folder.",
            Quota => "the disk quota is used up; raise it or give --spool another folder.",
            ReadOnly => "the file system is read-only; make it writable or give --spool another folder.",
            _ when error is UnauthorizedAccessException => "no permission to write; make the folder writable for this account or give --spool another folder.",
            _ => $"cannot be written ({error.Message}); check the disk or give --spool another folder.",
        },
        error);
}
