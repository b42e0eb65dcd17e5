using Coral.Policies.Rules.Dsl;

namespace Coral.Bench.Rules;

// What is chosen, and why.
[Name("fits/restricted"), Priority(50)]
public sealed class FitsRestricted : Rule
{
    public override void Define()
    {
        VariantFact variant = null!;
        When().Match(() => variant, x => x.Name == "restricted", x => !x.Excluded).Exists<LevelFact>();
        Then().Yield(_ => new Fits(variant.Name, variant.Rank));
    }
}

[Name("fits/minimal"), Priority(50)]
public sealed class FitsMinimal : Rule
{
    public override void Define()
    {
        VariantFact variant = null!;
        When().Match(() => variant, x => x.Name == "minimal", x => !x.Excluded).Match<FloorFact>(x => x.ProvesMinimal).Match<LevelFact>(x => x.Level == "privileged").Match<KernelFact>(x => x.Own == null);
        Then().Yield(_ => new Fits(variant.Name, variant.Rank));
    }
}

[Name("fits/full"), Priority(50)]
public sealed class FitsFull : Rule
{
    public override void Define()
    {
        VariantFact variant = null!;
        When().Match(() => variant, x => x.Name == "full", x => !x.Excluded).Match<FloorFact>(x => x.ProvesFull).Match<LevelFact>(x => x.Level == "privileged").Match<KernelFact>(x => x.Own == null);
        Then().Yield(_ => new Fits(variant.Name, variant.Rank));
    }
}

[Name("fits/documented"), Priority(50)]
public sealed class FitsDocumented : Rule
{
    public override void Define()
    {
        VariantFact variant = null!;
        When().Match<PolicyFact>(x => x.Documented).Match(() => variant, x => x.Needs == "documented");
        Then().Yield(_ => new Fits(variant.Name, variant.Rank));
    }
}

[Name("choose/best"), Priority(40)]
public sealed class ChooseBest : Rule
{
    public override void Define()
    {
        Fits fits = null!;
        When().Match<ModeFact>(x => x.Name == "auto").Match(() => fits).Not<Fits>(x => x.Rank > fits.Rank).Exists<FormFact>();
        Then().Yield(_ => new Chosen(fits.Variant));
    }
}

[Name("choose/asked"), Priority(40)]
public sealed class ChooseAsked : Rule
{
    public override void Define()
    {
        ModeFact mode = null!;
        Fits fits = null!;
        When().Match(() => mode, x => x.Name != "auto").Match(() => fits, x => x.Variant == mode.Name).Exists<FormFact>();
        Then().Yield(_ => new Chosen(fits.Variant));
    }
}

[Name("choose/deny"), Priority(35)]
public sealed class ChooseDeny : Rule
{
    public override void Define()
    {
        ModeFact mode = null!;
        When().Match<PolicyFact>(x => x.OnMismatch == "Deny").Match(() => mode, x => x.Name != "auto").Not<Fits>(x => x.Variant == mode.Name);
        Then().Yield(_ => new Outcome("Denied", mode.Name));
    }
}

[Name("choose/skip"), Priority(35)]
public sealed class ChooseSkip : Rule
{
    public override void Define()
    {
        ModeFact mode = null!;
        When().Match<PolicyFact>(x => x.OnMismatch == "Skip").Match(() => mode, x => x.Name != "auto").Not<Fits>(x => x.Variant == mode.Name);
        Then().Yield(_ => new Outcome("Skipped", mode.Name));
    }
}

[Name("why/full"), Priority(30)]
public sealed class WhyFull : Rule
{
    public override void Define()
    {
        When().Match<Chosen>(x => x.Variant == "full");
        Then().Yield(_ => new Because("proved-full"));
    }
}

[Name("why/minimal"), Priority(30)]
public sealed class WhyMinimal : Rule
{
    public override void Define()
    {
        When().Match<Chosen>(x => x.Variant == "minimal");
        Then().Yield(_ => new Because("proved-minimal"));
    }
}

[Name("why/level"), Priority(30)]
public sealed class WhyLevel : Rule
{
    public override void Define()
    {
        LevelFact level = null!;
        When().Match<Chosen>(x => x.Variant == "restricted").Match(() => level, x => x.Level != "privileged");
        Then().Yield(_ => new Because(level.Level));
    }
}

[Name("why/floor"), Priority(30)]
public sealed class WhyFloor : Rule
{
    public override void Define()
    {
        FloorFact floor = null!;
        When().Match<Chosen>(x => x.Variant == "restricted").Match<LevelFact>(x => x.Level == "privileged").Match(() => floor);
        Then().Yield(_ => new Because(floor.Reason));
    }
}

[Name("end/observe"), Priority(20)]
public sealed class EndObserve : Rule
{
    public override void Define()
    {
        When().Match<PolicyFact>(x => x.Rollout == "Observe").Match<Because>().Not<Outcome>();
        Then().Yield(_ => new Outcome("Skipped", "observe"));
    }
}

[Name("end/inject"), Priority(20)]
public sealed class EndInject : Rule
{
    public override void Define()
    {
        Because because = null!;
        When().Match<PolicyFact>(x => x.Rollout == "Inject").Match(() => because).Not<Outcome>();
        Then().Do(context => context.Insert(new Outcome("Injected", because.Reason)));
    }
}
