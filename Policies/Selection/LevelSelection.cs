using Coral.Policies.PodSecurity;

namespace Coral.Policies.Selection;

/// <summary>Step 3: which Pod Security level decides, and who said so: the label, then the policy, then what is assumed.</summary>
internal static class LevelSelection
{
    internal static EffectiveLevel Choose(NamespaceFacts scope, InjectionPolicy? policy, ClusterFacts facts, ref WarningList warnings)
    {
        var enforce = scope.Levels.Enforce;
        foreach (var problem in scope.Levels.Problems) warnings.Add($"namespace {scope.Name}: {problem}");
        if (enforce.LevelOrigin == SettingOrigin.Label) return new EffectiveLevel(enforce.Level, enforce.Version.Clamp(facts.ServerVersion), LevelOrigin.Label);

        var version = PolicyVersion.Latest.Clamp(facts.ServerVersion);
        if (policy?.DefaultLevel is { } configured) return new EffectiveLevel(configured, version, LevelOrigin.Configured);
        warnings.Add($"namespace {scope.Name} has no label {Vocabulary.PodSecurityPrefix}enforce; {facts.AssumedLevel.ToText()} is assumed. Label the namespace, or set defaultLevel in a policy");
        return new EffectiveLevel(facts.AssumedLevel, version, LevelOrigin.Assumed);
    }
}
