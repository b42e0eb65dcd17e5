using Coral.Policies.Rules;
using Coral.Policies.Rules.Fluent;

namespace Coral.Bench.Rules;

/// <summary>A rule set of the size and shape of a decision: chained, and most rules fail at their first condition on one fact.</summary>
internal static class SampleRules
{
    internal static RuleList List => new RuleList()
        .Add<GuardNotCreate>().Add<GuardNotPods>().Add<GuardSubResource>().Add<GuardNoObject>().Add<GuardMirror>().Add<GuardExcluded>()
        .Add<GuardWindows>().Add<GuardHostNetwork>().Add<GuardHostPid>().Add<GuardHostIpc>().Add<OptByPod>().Add<OptByScope>().Add<OptOut>()
        .Add<OptNone>().Add<OptInvalid>().Add<PresentIntact>().Add<PresentForeign>().Add<LevelExempt>().Add<LevelLabelPrivileged>()
        .Add<LevelLabelBaseline>().Add<LevelLabelRestricted>().Add<LevelConfigured>().Add<LevelPolicy>().Add<LevelAssumed>().Add<FormNative>()
        .Add<FormNever>().Add<FormOld>().Add<FormJob>().Add<ModeAuto>().Add<ModeAsked>().Add<ModeInvalid>().Add<FitsRestricted>().Add<FitsMinimal>()
        .Add<FitsFull>().Add<FitsDocumented>().Add<ChooseBest>().Add<ChooseAsked>().Add<ChooseDeny>().Add<ChooseSkip>().Add<WhyFull>()
        .Add<WhyMinimal>().Add<WhyLevel>().Add<WhyFloor>().Add<EndObserve>().Add<EndInject>();

    /// <summary>The facts of a pod that opted in, in a privileged namespace on nodes that prove all.</summary>
    internal static object[] Facts =>
    [
        new Asked("CREATE", "pods", "", true),
        new PodFact("web", false, false, false, false, false, "Always", null, null),
        new ScopeFact("shop", false, "true", "privileged", false),
        new PolicyFact("default", "Downgrade", "Inject", "Auto", null, false),
        new PresentFact(false, false),
        new FloorFact(true, true, true, "proved"),
        new ServerFact(true, false, false),
        new KernelFact(null),
        new VariantFact("restricted", 1, "", false),
        new VariantFact("minimal", 2, "minimal", false),
        new VariantFact("full", 3, "full", false),
    ];

    internal static ISessionFactory Compile()
    {
        var list = List;
        var repository = new RuleRepository(list);
        repository.Load(x => x.From(list.Types));
        return repository.Compile();
    }
}
