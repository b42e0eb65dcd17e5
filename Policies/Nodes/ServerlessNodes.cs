using System.Collections.Immutable;

namespace Coral.Policies.Nodes;

/// <summary>
/// Nodes without a machine of their own behind them. The list only sharpens the reason: a kind that it lacks has no agent, hence no report,
/// and proves nothing either.
/// </summary>
internal static class ServerlessNodes
{
    private const string FargateKey = "eks.amazonaws.com/compute-type";

    // Virtual Kubelet providers (AKS virtual nodes, ACK, CCI and others) set the label and the taint; Liqo and EKS Fargate have marks of their own.
    public static bool Recognise(ImmutableDictionary<string, string> labels, ImmutableArray<Taint> taints)
    {
        if (labels.TryGetValue("type", out var type) && type == "virtual-kubelet") return true;
        if (labels.TryGetValue(FargateKey, out var compute) && compute == "fargate") return true;
        if (labels.TryGetValue("liqo.io/type", out var liqo) && liqo == "virtual-node") return true;
        foreach (var taint in taints)
        {
            if (taint.Key is "virtual-kubelet.io/provider" or "virtual-node.liqo.io/not-allowed") return true;
            if (taint.Key == FargateKey && taint.Value == "fargate") return true;
        }

        return false;
    }
}
