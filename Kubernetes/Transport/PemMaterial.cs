namespace Coral.Kubernetes;

/// <summary>Certificates in text form that are read again at each use, since files are replaced, but parsed only when the text has changed. Thread safe.</summary>
internal sealed class PemMaterial<T>(Func<string> read, Func<string, T> parse)
    where T : class
{
    private readonly Lock gate = new();
    private string? text;
    private T? value;

    public T Read()
    {
        var current = read();
        lock (gate)
        {
            if (value is not null && string.Equals(current, text, StringComparison.Ordinal)) return value;
            value = parse(current);
            text = current;
            return value;
        }
    }
}
