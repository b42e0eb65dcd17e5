using System.Text;

namespace Coral.Kubernetes;

/// <summary>A value that stands either inline (<c>KEY-data</c>, base64, which wins) or in a file (<c>KEY</c>).</summary>
internal static class KubeconfigMaterial
{
    /// <summary>How to read the text; null when neither is stated or both cannot be read, which is complained about.</summary>
    public static Func<string>? Read(YamlSection section, string key)
    {
        if (section.Text(key + "-data") is { } data)
        {
            try
            {
                var text = Encoding.UTF8.GetString(Convert.FromBase64String(data));
                return () => text;
            }
            catch (FormatException)
            {
                section.Complain($"has {key}-data that is no base64", key + "-data");
                return null;
            }
        }

        if (section.Text(key) is not { } name) return null;
        var path = PathOf(section, name);
        try
        {
            File.ReadAllText(path);
            return () => File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            section.Complain($"has a {key} that cannot be read: {exception.Message}", key);
            return null;
        }
    }

    public static string PathOf(YamlSection section, string name) => Path.GetFullPath(name, Path.GetDirectoryName(section.File)!);
}
