using Coral.Policies.PodSecurity;

namespace Coral.Policies.Selection;

/// <summary>
/// Step 3: which Pod Security level decides, and who said so. An exemption goes first, as in the API server, then the label. Where labels are silent: what
/// the API server was configured with or a probe learnt of it, which a policy's <c>defaultLevel</c> can only tighten, because a sidecar above what is
/// enforced harms the pod; else the policy; else what is assumed.
/// </summary>
internal static class LevelSelection
{
    internal static EffectiveLevel Choose(PodRequest request, NamespaceFacts scope, InjectionPolicy? policy, ClusterFacts facts, ref WarningList warnings)
    {
        var exemption = facts.PodSecurity?.Exempts(scope.Name, request.Requester.Username, request.Pod.Get("spec"u8).Text("runtimeClassName"u8)) ?? default;
        if (exemption != PodSecurityExemption.None) return At(new LevelVersion(Level.Privileged, PolicyVersion.Latest), LevelOrigin.Exempt, facts) with { Exemption = exemption };

        var known = facts.PodSecurity ?? facts.Probed;
        var levels = scope.Levels(known ?? PodSecurityDefaults.BuiltIn);
        foreach (var problem in levels.Problems) warnings.Add($"namespace {scope.Name}: {problem}");
        var enforce = levels.Enforce.Value;
        if (levels.Enforce.LevelOrigin == SettingOrigin.Label) return At(enforce, LevelOrigin.Label, facts);

        var wanted = policy?.DefaultLevel;
        if (known is not null && !(wanted > enforce.Level))
        {
            var origin = facts.PodSecurity is null ? LevelOrigin.Probed : LevelOrigin.Configured;
            if (wanted < enforce.Level)
                warnings.Add($"policy {policy!.Name} says defaultLevel {wanted.Value.ToText()}, but this API server enforces {enforce.Level.ToText()} where labels are silent; that counts");
            return At(enforce, origin, facts);
        }

        if (wanted is { } stated) return At(enforce with { Level = stated }, LevelOrigin.Policy, facts);
        warnings.Add($"namespace {scope.Name} has no label {Vocabulary.PodSecurityPrefix}enforce; {facts.AssumedLevel.ToText()} is assumed. Label the namespace, or set defaultLevel in a policy");
        return At(enforce with { Level = facts.AssumedLevel }, LevelOrigin.Assumed, facts);
    }

    private static EffectiveLevel At(LevelVersion asked, LevelOrigin origin, ClusterFacts facts) => new(asked.Level, asked.Version.Clamp(facts.ServerVersion), origin) { Asked = asked };
}
