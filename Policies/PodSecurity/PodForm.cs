namespace Coral.Policies.PodSecurity;

/// <summary>What a pod's JSON is, because the API server adds members to a new pod before its PodSecurity plug-in looks at it.</summary>
public enum PodForm
{
    /// <summary>
    /// A pod on CREATE. With <c>hostNetwork</c>, an absent hostPort becomes the containerPort; an AppArmor annotation becomes the field of its container
    /// (KEP-24). The evaluation adds what is not there yet.
    /// </summary>
    New,

    /// <summary>
    /// A stored pod that is updated, or the pod template of a controller: judged as it stands. From Kubernetes 1.28 on a template's hostPorts are not filled in.
    /// </summary>
    AsItStands,
}
