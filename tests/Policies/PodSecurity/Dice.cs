using Coral.Testing.Pods;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Runs of the seeded generator.</summary>
internal static class Dice
{
    /// <summary>Unknown fields and ephemeral containers as well.</summary>
    public static readonly PodGeneratorOptions Everything = new() { UnknownFields = true, Ephemeral = true };

    /// <summary>700 seeds; a failure names its seed.</summary>
    public static void ForAllSeeds(Action<int> body) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(700).WithEndSize(1_000_000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), body));
}
