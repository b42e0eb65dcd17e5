using Coral.Policies.PodSecurity;

namespace Coral.Policies.Selection;

/// <summary>Fact: all that may say which Pod Security level is enforced on a pod.</summary>
internal sealed class LevelSources
{
    private readonly InjectionPolicy? policy;
    private readonly ClusterFacts facts;
    private readonly NamespaceFacts scope;
    private readonly PodSecurityExemption exemption;
    private readonly NamespaceLevels levels;

    internal LevelSources(PodRequest request, NamespaceFacts scope, InjectionPolicy? policy, ClusterFacts facts)
    {
        (this.policy, this.facts, this.scope) = (policy, facts, scope);
        exemption = facts.PodSecurity?.Exempts(scope.Name, request.Requester.Username, request.Pod.Get("spec"u8).Text("runtimeClassName"u8)) ?? default;
        levels = scope.Levels(facts.PodSecurity ?? facts.Probed ?? PodSecurityDefaults.BuiltIn);
    }

    internal bool IsExempt => exemption != PodSecurityExemption.None;

    internal bool IsLabelled => levels.Enforce.LevelOrigin == SettingOrigin.Label;

    /// <summary>Whether an operator gave us the API server's configuration.</summary>
    internal bool IsConfigured => facts.PodSecurity is not null;

    /// <summary>Whether a probe learnt the API server's defaults, and nobody gave us its configuration.</summary>
    internal bool IsProbed => facts.PodSecurity is null && facts.Probed is not null;

    internal bool HasPolicyLevel => policy?.DefaultLevel is not null;

    /// <summary>Whether the policy's level is stricter than what holds where labels are silent.</summary>
    internal bool PolicyTightens => policy?.DefaultLevel > levels.Enforce.Level;

    private LevelVersion Enforced => levels.Enforce.Value;

    internal LevelFound Exempt() => new(At(new LevelVersion(Level.Privileged, PolicyVersion.Latest), LevelOrigin.Exempt) with { Exemption = exemption }, default);

    internal LevelFound Labelled() => new(At(Enforced, LevelOrigin.Label), Problems());

    internal LevelFound ByPolicy() => new(At(Enforced with { Level = policy!.DefaultLevel!.Value }, LevelOrigin.Policy), Problems());

    /// <summary>What the server enforces where labels are silent. A policy can only tighten it, because a sidecar above what is enforced harms the pod.</summary>
    internal LevelFound Default(LevelOrigin origin)
    {
        var warnings = Problems();
        if (policy?.DefaultLevel is { } wanted && wanted < Enforced.Level)
            warnings.Add($"policy {policy.Name} says defaultLevel {wanted.ToText()}, but this API server enforces {Enforced.Level.ToText()} where labels are silent; that counts");
        return new(At(Enforced, origin), warnings);
    }

    internal LevelFound Assumed()
    {
        var warnings = Problems();
        warnings.Add($"namespace {scope.Name} has no label {Vocabulary.PodSecurityPrefix}enforce; {facts.AssumedLevel.ToText()} is assumed. Label the namespace, or set defaultLevel in a policy");
        return new(At(Enforced with { Level = facts.AssumedLevel }, LevelOrigin.Assumed), warnings);
    }

    public override string ToString() => $"the levels of namespace {scope.Name}";

    private WarningList Problems()
    {
        var warnings = default(WarningList);
        foreach (var problem in levels.Problems) warnings.Add($"namespace {scope.Name}: {problem}");
        return warnings;
    }

    private EffectiveLevel At(LevelVersion asked, LevelOrigin origin) => new(asked.Level, asked.Version.Clamp(facts.ServerVersion), origin) { Asked = asked };
}

/// <summary>Fact: the level that decides.</summary>
internal sealed record LevelFound(EffectiveLevel Level, WarningList Warnings);
