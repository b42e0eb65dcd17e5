namespace Coral.Policies.Nodes;

/// <summary>What a taint does to pods that don't tolerate it.</summary>
public enum TaintEffect
{
    /// <summary>The scheduler avoids the node; it never excludes it.</summary>
    PreferNoSchedule,

    /// <summary>The scheduler doesn't place the pod here.</summary>
    NoSchedule,

    /// <summary>As <see cref="NoSchedule"/>, and the kubelet refuses or evicts the pod.</summary>
    NoExecute,
}

/// <summary>One entry of <c>spec.taints</c> of a Node. An absent value is the empty text.</summary>
public readonly record struct Taint(string Key, string Value, TaintEffect Effect)
{
    /// <summary>The taint that the scheduler reads into <c>spec.unschedulable</c> (a cordoned node).</summary>
    internal static readonly Taint Unschedulable = new("node.kubernetes.io/unschedulable", "", TaintEffect.NoSchedule);
}
