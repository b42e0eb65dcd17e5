namespace Coral.NodeAgent.LocalApi;

/// <summary>Where an agent runs: on a plain machine, or in a pod, which it is told by the downward API (rows M-17 to M-21; C-30).</summary>
/// <param name="Pod">The agent's own pod; null on a plain machine.</param>
internal sealed record Deployment(OwnPod? Pod)
{
    private const string Mode = "DEPLOYMENT_MODE";

    /// <summary>Reads the environment; null with what is wrong with it.</summary>
    /// <param name="environment">A variable's value, or null.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static Deployment? Read(Func<string, string?> environment, List<string> problems)
    {
        switch (environment(Mode))
        {
            case "vm": return new Deployment(Pod: null);
            case null or "" when environment("KUBERNETES_SERVICE_HOST") is null or "": return new Deployment(Pod: null);
            case null or "" or "kubernetes": break;
            case var other:
                problems.Add($"{Mode} is \"{other}\"; it must be kubernetes or vm, or not be set");
                return null;
        }

        string Given(string name, string field)
        {
            if (environment(name) is { Length: > 0 } value) return value;
            problems.Add($"{name} is not set: in Kubernetes the pod gives it by the downward API, from {field}; on a plain machine set {Mode}=vm");
            return "";
        }

        return new Deployment(new OwnPod(Given("NODE_NAME", "spec.nodeName"), Given("POD_NAMESPACE", "metadata.namespace"), Given("POD_NAME", "metadata.name")));
    }
}
