using Coral.Policies.Bundles;

namespace Coral.Webhook.Facts;

/// <summary>What tells that the files of a folder changed, without reading them: their names, where links lead, lengths and times of writing.</summary>
internal readonly record struct FolderState(int Files, long Sum)
{
    internal static FolderState Of(string folder)
    {
        var (files, sum) = (0, 17L);
        foreach (var path in BundleReader.Files(folder))
        {
            files++;
            sum = unchecked((sum * 31) + Of(new FileInfo(path)));
        }

        return new FolderState(files, sum);
    }

    private static int Of(FileInfo file)
    {
        try
        {
            var target = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            // The link of a mounted ConfigMap leads to a file behind a second link, to a folder, and that is the one that is swapped.
            var behind = target.Directory?.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
            return HashCode.Combine(file.FullName, target.FullName, behind, target.LastWriteTimeUtc.Ticks, target.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone or closed since it was listed: reading will say so.
            return exception.HResult;
        }
    }
}
