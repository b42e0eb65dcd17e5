using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Pss;

/// <summary>What pods are judged by.</summary>
/// <param name="Asked">As the user asked for it, and as the API server's messages name it.</param>
/// <param name="Server">The API server that is meant; null for the newest known.</param>
internal sealed record Standard(LevelVersion Asked, KubernetesVersion? Server)
{
    /// <summary>The version whose checks run.</summary>
    internal PolicyVersion Evaluated { get; } = Asked.Version.Clamp(Server);

    /// <summary>That an older version stands in for the one that was asked for, where it does.</summary>
    internal string? Note
    {
        get
        {
            var newer = Server is { } server && server > KubernetesVersion.NewestKnown;
            if (Asked.Version.IsLatest ? !newer : Evaluated == Asked.Version) return null;
            var what = Asked.Version.IsLatest ? $"latest of a {Server} server" : Asked.Version.ToString();
            var who = Server is null || newer ? "this build" : $"a {Server} server";
            return $"{what} is newer than {who} knows: {Evaluated} is evaluated";
        }
    }
}
