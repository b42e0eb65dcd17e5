namespace Coral.Bench.Rules;

// Facts of a decision, small: what is asked, what is known, and what rules derive.
public sealed record Asked(string Operation, string Resource, string SubResource, bool IsObject);

public sealed record PodFact(string Name, bool Mirror, bool Windows, bool HostNetwork, bool HostPid, bool HostIpc, string RestartPolicy, string? Wish, string? Mode);

public sealed record ScopeFact(string Name, bool Excluded, string? Inject, string? Enforce, bool Exempt);

public sealed record PolicyFact(string Name, string OnMismatch, string Rollout, string NativeSidecar, string? DefaultLevel, bool Documented);

public sealed record PresentFact(bool Intact, bool Foreign);

public sealed record FloorFact(bool ProvesMinimal, bool ProvesFull, bool OldestIsBeta, string Reason);

public sealed record ServerFact(bool HasNative, bool HasConfiguration, bool HasProbe);

public sealed record KernelFact(string? Own);

public sealed record VariantFact(string Name, int Rank, string Needs, bool Excluded);

public sealed record Guarded(string Reason);

public sealed record OptedIn(string By);

public sealed record LevelFact(string Level, string Origin);

public sealed record FormFact(bool Native);

public sealed record ModeFact(string Name, bool Valid);

public sealed record Fits(string Variant, int Rank);

public sealed record Chosen(string Variant);

public sealed record Because(string Reason);

public sealed record Outcome(string Kind, string Reason);
