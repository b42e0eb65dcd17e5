using System.Text;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>The file of <c>--audit-key</c>. It is made when absent, for its owner only; a changed file is noticed when the keys are asked for. Not thread safe.</summary>
public sealed partial class AuditKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A mounted Secret is readable for the pod's group, so that much has to be allowed.</summary>
    private const UnixFileMode TooOpen = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string path;
    private readonly ILogger logger;
    private AuditKeys keys;
    private (DateTime Written, long Length) seen;

    private AuditKeyFile(string path, ILogger logger, AuditKeys keys, (DateTime, long) seen)
    {
        this.path = path;
        this.logger = logger;
        this.keys = keys;
        this.seen = seen;
    }

    /// <summary>Reads the file, or makes it. Processes that start together end up with one key.</summary>
    /// <exception cref="AuditKeyException">It can't be read, made or used.</exception>
    public static AuditKeyFile Open(string path, ILogger logger)
    {
        try
        {
            var made = !File.Exists(path) && Make(path);
            var seen = Look(path);
            var file = new AuditKeyFile(path, logger, Load(path), seen);
            if (made) Log.Made(logger, path, file.keys.Current.Public.ShortId);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AuditKeyException($"audit key {path}: {error.Message.TrimEnd('.')}; give another --audit-key, or none");
        }
    }

    /// <summary>Reads an existing file.</summary>
    /// <exception cref="AuditKeyException">It can't be read or used.</exception>
    public static AuditKeys Load(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (Mode(path) & TooOpen) is not UnixFileMode.None)
                throw new AuditKeyException($"audit key {path}: others than its owner may read or change it; run: chmod 600 {path}");
            return AuditKeys.Read(File.ReadAllText(path), $"audit key {path}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AuditKeyException($"audit key {path}: {error.Message.TrimEnd('.')}; make it readable for this account");
        }
    }

    /// <summary>Puts other keys into the file, whole or not at all.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Replace(string path, AuditKeys keys) => File.Move(Write(path, keys), path, overwrite: true);

    /// <summary>The keys as the file has them now. Where it can't be used any more, those that it had.</summary>
    public AuditKeys Current()
    {
        try
        {
            var now = Look(path);
            if (now == seen) return keys;
            seen = now;
            var before = keys.Current.Public;
            keys = Load(path);
            if (before.Id != keys.Current.Public.Id) Log.Changed(logger, path, before.ShortId, keys.Current.Public.ShortId);
        }
        catch (Exception error) when (error is AuditKeyException or IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, error.Message, keys.Current.Public.ShortId);
        }

        return keys;
    }

    /// <summary><see cref="Current"/> as <see cref="AuditCheckpointer"/> asks for it.</summary>
    public ValueTask<AuditKeys?> CurrentAsync() => new(Current());

    /// <summary>False when another process was faster.</summary>
    private static bool Make(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        using var key = AuditKey.Create();
        var fresh = Write(path, new AuditKeys(key, []));
        try
        {
            File.Move(fresh, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(fresh);
            return false;
        }
    }

    private static string Write(string path, AuditKeys keys)
    {
        var fresh = $"{path}.{Guid.NewGuid():N}.new";
        // The mode counts only for a file that is created.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(fresh, options);
        stream.Write(Encoding.ASCII.GetBytes(keys.Pem));
        stream.Flush(flushToDisk: true);
        return fresh;
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static (DateTime, long) Look(string path) => (File.GetLastWriteTimeUtc(path), new FileInfo(path) is { Exists: true } file ? file.Length : -1);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "made the audit key {Path}, id {Id}; give auditors the public half: coral audit key show {Path}")]
        public static partial void Made(ILogger logger, string path, string id);

        [LoggerMessage(Level = LogLevel.Information, Message = "the audit key {Path} changed from {Before} to {After}; the next checkpoint is signed by both")]
        public static partial void Changed(ILogger logger, string path, string before, string after);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}; checkpoints go on to be signed by the key {Id}")]
        public static partial void NotRead(ILogger logger, string problem, string id);
    }
}
