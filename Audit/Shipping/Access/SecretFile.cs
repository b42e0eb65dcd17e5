namespace Coral.Audit.Shipping.Access;

/// <summary>A file whose content must never stand in a message.</summary>
internal static class SecretFile
{
    /// <summary>The one line in it. Throws <see cref="IOException"/> with one line that names the file.</summary>
    public static string Read(string path)
    {
        var text = Text(path).Trim();
        if (text.Length == 0) throw new IOException($"{path}: there is nothing in it; it must hold a secret in one line");
        // The parser of headers would put the value into its complaint.
        return text.Any(char.IsControl) ? throw new IOException($"{path}: it must hold a secret in one line") : text;
    }

    /// <summary>All of it.</summary>
    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{path}: no right to read it", denied);
        }
        catch (IOException failure)
        {
            throw new IOException($"{path}: cannot be read ({(failure is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : failure.Message)})", failure);
        }
    }
}
