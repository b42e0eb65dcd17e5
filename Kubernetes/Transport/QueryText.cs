using System.Globalization;
using System.Text;

namespace Coral.Kubernetes;

/// <summary>A path and its query parameters; those without a value are left out.</summary>
internal sealed class QueryText(string path)
{
    private readonly StringBuilder text = new(path);
    private char separator = '?';

    public QueryText Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        separator = '&';
        return this;
    }

    public QueryText Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryText Add(WriteOptions? options, string? fieldManager = null) =>
        Add("dryRun", options?.DryRun == true ? "All" : null).Add("fieldManager", fieldManager ?? options?.FieldManager);

    public override string ToString() => text.ToString();
}
