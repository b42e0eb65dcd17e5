using Coral.Policies.Rules.Dsl;

namespace Coral.Bench.Rules;

// Whether the pod is any of ours: most of these never match.
[Name("guard/not-create"), Priority(90)]
public sealed class GuardNotCreate : Rule
{
    public override void Define()
    {
        When().Match<Asked>(x => x.Operation != "CREATE").Not<Guarded>();
        Then().Yield(_ => new Guarded("not-create"));
    }
}

[Name("guard/not-pods"), Priority(90)]
public sealed class GuardNotPods : Rule
{
    public override void Define()
    {
        When().Match<Asked>(x => x.Resource != "pods").Not<Guarded>();
        Then().Yield(_ => new Guarded("not-pods"));
    }
}

[Name("guard/sub-resource"), Priority(90)]
public sealed class GuardSubResource : Rule
{
    public override void Define()
    {
        When().Match<Asked>(x => x.SubResource.Length > 0).Not<Guarded>();
        Then().Yield(_ => new Guarded("sub-resource"));
    }
}

[Name("guard/no-object"), Priority(90)]
public sealed class GuardNoObject : Rule
{
    public override void Define()
    {
        When().Match<Asked>(x => !x.IsObject).Not<Guarded>();
        Then().Yield(_ => new Guarded("no-object"));
    }
}

[Name("guard/mirror"), Priority(90)]
public sealed class GuardMirror : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.Mirror).Not<Guarded>();
        Then().Yield(_ => new Guarded("mirror"));
    }
}

[Name("guard/excluded"), Priority(90)]
public sealed class GuardExcluded : Rule
{
    public override void Define()
    {
        When().Match<ScopeFact>(x => x.Excluded).Not<Guarded>();
        Then().Yield(_ => new Guarded("excluded"));
    }
}

[Name("guard/windows"), Priority(90)]
public sealed class GuardWindows : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.Windows).Not<Guarded>();
        Then().Yield(_ => new Guarded("windows"));
    }
}

[Name("guard/host-network"), Priority(90)]
public sealed class GuardHostNetwork : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.HostNetwork).Not<Guarded>();
        Then().Yield(_ => new Guarded("host-network"));
    }
}

[Name("guard/host-pid"), Priority(90)]
public sealed class GuardHostPid : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.HostPid).Not<Guarded>();
        Then().Yield(_ => new Guarded("host-pid"));
    }
}

[Name("guard/host-ipc"), Priority(90)]
public sealed class GuardHostIpc : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.HostIpc).Not<Guarded>();
        Then().Yield(_ => new Guarded("host-ipc"));
    }
}

[Name("opt/pod"), Priority(80)]
public sealed class OptByPod : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.Wish == "true").Not<Guarded>();
        Then().Yield(_ => new OptedIn("pod"));
    }
}

[Name("opt/scope"), Priority(80)]
public sealed class OptByScope : Rule
{
    public override void Define()
    {
        When().Match<ScopeFact>(x => x.Inject == "true").Match<PodFact>(x => x.Wish == null).Not<Guarded>();
        Then().Yield(_ => new OptedIn("namespace"));
    }
}

[Name("opt/out"), Priority(80)]
public sealed class OptOut : Rule
{
    public override void Define()
    {
        When().Match<PodFact>(x => x.Wish == "false").Not<Guarded>();
        Then().Yield(_ => new Outcome("Skipped", "opted-out"));
    }
}

[Name("opt/none"), Priority(80)]
public sealed class OptNone : Rule
{
    public override void Define()
    {
        When().Match<ScopeFact>(x => x.Inject == null).Match<PodFact>(x => x.Wish == null).Not<Guarded>();
        Then().Yield(_ => new Outcome("Skipped", "not-opted-in"));
    }
}

[Name("opt/invalid"), Priority(80)]
public sealed class OptInvalid : Rule
{
    public override void Define()
    {
        PodFact pod = null!;
        When().Match(() => pod, x => x.Wish != null, x => x.Wish != "true", x => x.Wish != "false").Not<Guarded>();
        Then().Yield(_ => new Outcome("Skipped", pod.Wish!));
    }
}

[Name("present/intact"), Priority(70)]
public sealed class PresentIntact : Rule
{
    public override void Define()
    {
        When().Match<PresentFact>(x => x.Intact).Exists<OptedIn>();
        Then().Yield(_ => new Outcome("Skipped", "already-injected"));
    }
}

[Name("present/foreign"), Priority(70)]
public sealed class PresentForeign : Rule
{
    public override void Define()
    {
        When().Match<PresentFact>(x => x.Foreign).Exists<OptedIn>();
        Then().Yield(_ => new Outcome("Skipped", "name-taken"));
    }
}
