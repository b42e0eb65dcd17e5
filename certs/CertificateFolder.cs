using System.Text;

namespace Coral.Certs;

/// <summary>
/// The folder of <c>--cert-dir</c>: <c>ca.crt</c>, <c>ca.key</c>, <c>tls.crt</c>, <c>tls.key</c>. It is only written when something must be made, so that a read-only mount works.
/// One process at a time may let it make certificates. Keys and the folder itself are made for their owner only.
/// </summary>
public sealed class CertificateFolder(string path, TimeProvider clock)
{
    /// <summary>Reads what the folder has and makes what it lacks, by the rules of <see cref="CertificateSet.Settle"/>.</summary>
    /// <exception cref="CertificateException">What is there can't be used, or the folder can't be read or written.</exception>
    public SettledCertificates LoadOrCreate(ServingNames names, CertificateLifetimes? lifetimes = null)
    {
        try
        {
            var found = new CertificateSet(Read("ca.crt"), Read("ca.key"), Read("tls.crt"), Read("tls.key"));
            var settled = found.Settle(names, lifetimes ?? CertificateLifetimes.Default, clock, path.TrimEnd('/') + "/");
            if (settled.Made is not null) Write(found, settled.Set);
            return settled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException([$"certificates can't be kept in {path}: {e.Message.TrimEnd('.')}; give another --cert-dir or make it accessible"]);
        }
    }

    // A certificate goes before its key: a start that is cut off between the two leaves a certificate that is known as ours and made anew.
    private void Write(CertificateSet before, CertificateSet after)
    {
        CreateFolder();
        if (after.CaCertificate != before.CaCertificate) Replace("ca.crt", after.CaCertificate!, secret: false);
        if (after.CaKey != before.CaKey) Replace("ca.key", after.CaKey!, secret: true);
        Replace("tls.crt", after.Certificate!, secret: false);
        Replace("tls.key", after.Key!, secret: true);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string? Read(string name)
    {
        var file = Path.Join(path, name);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private void Replace(string name, string text, bool secret)
    {
        var file = Path.Join(path, name);
        var fresh = file + ".new";
        // The mode counts only for a file that is created, so the leftover of a start that was cut off must go first.
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (!secret) options.UnixCreateMode |= UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        using (var stream = new FileStream(fresh, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }
}
