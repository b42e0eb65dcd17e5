using Coral.Policies.Bundles;

namespace Coral.Cli.Pss;

/// <summary>Where an object stands.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Line">The line on which it begins, counted from 1.</param>
/// <param name="Document">What knows the lines of its fields; null where it is all in one line.</param>
internal readonly record struct Place(string File, int Line, ManifestDocument? Document)
{
    internal int LineOf(string path) => Document?.LineOf(path) ?? Line;
}
