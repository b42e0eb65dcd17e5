namespace Coral.Kubernetes;

/// <summary>PEM text that is read again at each use, since files are replaced, but parsed only when it has changed. Thread safe.</summary>
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
