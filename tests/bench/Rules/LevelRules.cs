using Coral.Policies.Rules.Dsl;

namespace Coral.Bench.Rules;

// What is known once the pod opted in.
[Name("level/exempt"), Priority(60)]
public sealed class LevelExempt : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<ScopeFact>(x => x.Exempt);
        Then().Yield(_ => new LevelFact("privileged", "exempt"));
    }
}

[Name("level/label-privileged"), Priority(60)]
public sealed class LevelLabelPrivileged : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<ScopeFact>(x => x.Enforce == "privileged", x => !x.Exempt);
        Then().Yield(_ => new LevelFact("privileged", "label"));
    }
}

[Name("level/label-baseline"), Priority(60)]
public sealed class LevelLabelBaseline : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<ScopeFact>(x => x.Enforce == "baseline", x => !x.Exempt);
        Then().Yield(_ => new LevelFact("baseline", "label"));
    }
}

[Name("level/label-restricted"), Priority(60)]
public sealed class LevelLabelRestricted : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<ScopeFact>(x => x.Enforce == "restricted", x => !x.Exempt);
        Then().Yield(_ => new LevelFact("restricted", "label"));
    }
}

[Name("level/configured"), Priority(60)]
public sealed class LevelConfigured : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<ServerFact>(x => x.HasConfiguration).Match<ScopeFact>(x => x.Enforce == null, x => !x.Exempt);
        Then().Yield(_ => new LevelFact("baseline", "configured"));
    }
}

[Name("level/policy"), Priority(60)]
public sealed class LevelPolicy : Rule
{
    public override void Define()
    {
        PolicyFact policy = null!;
        When().Exists<OptedIn>().Match(() => policy, x => x.DefaultLevel != null).Match<ScopeFact>(x => x.Enforce == null, x => !x.Exempt);
        Then().Yield(_ => new LevelFact(policy.DefaultLevel!, "policy"));
    }
}

[Name("level/assumed"), Priority(60)]
public sealed class LevelAssumed : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<PolicyFact>(x => x.DefaultLevel == null).Match<ScopeFact>(x => x.Enforce == null, x => !x.Exempt).Match<ServerFact>(x => !x.HasConfiguration, x => !x.HasProbe);
        Then().Yield(_ => new LevelFact("restricted", "assumed"));
    }
}

[Name("form/native"), Priority(60)]
public sealed class FormNative : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<ServerFact>(x => x.HasNative).Match<FloorFact>(x => x.OldestIsBeta).Match<PolicyFact>(x => x.NativeSidecar != "Never");
        Then().Yield(_ => new FormFact(true));
    }
}

[Name("form/regular-policy"), Priority(60)]
public sealed class FormNever : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<PolicyFact>(x => x.NativeSidecar == "Never");
        Then().Yield(_ => new FormFact(false));
    }
}

[Name("form/regular-old"), Priority(60)]
public sealed class FormOld : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<FloorFact>(x => !x.OldestIsBeta).Match<PolicyFact>(x => x.NativeSidecar != "Never");
        Then().Yield(_ => new FormFact(false));
    }
}

[Name("form/job"), Priority(55)]
public sealed class FormJob : Rule
{
    public override void Define()
    {
        When().Match<FormFact>(x => !x.Native).Match<PodFact>(x => x.RestartPolicy != "Always");
        Then().Yield(_ => new Outcome("Skipped", "job-needs-native"));
    }
}

[Name("mode/auto"), Priority(60)]
public sealed class ModeAuto : Rule
{
    public override void Define()
    {
        When().Exists<OptedIn>().Match<PodFact>(x => x.Mode == null);
        Then().Yield(_ => new ModeFact("auto", true));
    }
}

[Name("mode/asked"), Priority(60)]
public sealed class ModeAsked : Rule
{
    public override void Define()
    {
        PodFact pod = null!;
        When().Exists<OptedIn>().Match(() => pod, x => x.Mode == "full" || x.Mode == "minimal" || x.Mode == "restricted");
        Then().Yield(_ => new ModeFact(pod.Mode!, true));
    }
}

[Name("mode/invalid"), Priority(60)]
public sealed class ModeInvalid : Rule
{
    public override void Define()
    {
        PodFact pod = null!;
        When().Exists<OptedIn>().Match(() => pod, x => x.Mode != null, x => x.Mode != "full" && x.Mode != "minimal" && x.Mode != "restricted");
        Then().Yield(_ => new ModeFact("restricted", false));
    }
}
