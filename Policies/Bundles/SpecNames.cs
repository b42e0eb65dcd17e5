using System.Collections.Immutable;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Policies.Bundles;

/// <summary>The words that an InjectionPolicy may hold (design §4), in the order in which messages list them.</summary>
internal static class SpecNames
{
    public static readonly string[] Variants = ["restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged"];

    public static readonly string[] Modes = ["auto", .. Variants];

    public static readonly ImmutableDictionary<string, Privileges> Privileges = Map(("least", Selection.Privileges.Least), ("documented", Selection.Privileges.Documented));

    public static readonly ImmutableDictionary<string, OnMismatch> OnMismatch =
        Map(("downgrade", Selection.OnMismatch.Downgrade), ("skip", Selection.OnMismatch.Skip), ("deny", Selection.OnMismatch.Deny));

    public static readonly ImmutableDictionary<string, Rollout> Rollout =
        Map(("observe", Selection.Rollout.Observe), ("annotate", Selection.Rollout.Annotate), ("inject", Selection.Rollout.Inject));

    public static readonly ImmutableDictionary<string, Strategy> Strategy = Map(("common", Selection.Strategy.Common), ("exact", Selection.Strategy.Exact), ("pin", Selection.Strategy.Pin));

    public static readonly ImmutableDictionary<string, NativeSidecar> NativeSidecar =
        Map(("auto", Selection.NativeSidecar.Auto), ("always", Selection.NativeSidecar.Always), ("never", Selection.NativeSidecar.Never));

    public static readonly ImmutableDictionary<string, AuditLevel> Audit = Map(("normal", AuditLevel.Normal), ("required", AuditLevel.Required));

    public static readonly ImmutableDictionary<string, Level> Levels =
        Map(("privileged", Level.Privileged), ("baseline", Level.Baseline), ("restricted", Level.Restricted));

    public static readonly ImmutableDictionary<string, LabelOperator> Operators =
        Map(("In", LabelOperator.In), ("NotIn", LabelOperator.NotIn), ("Exists", LabelOperator.Exists), ("DoesNotExist", LabelOperator.DoesNotExist));

    /// <summary>The names in the order of their values.</summary>
    public static string[] In<T>(ImmutableDictionary<string, T> names)
        where T : struct, Enum => [.. names.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    private static ImmutableDictionary<string, T> Map<T>(params (string Name, T Value)[] pairs) => pairs.ToImmutableDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
}
