using System.Net;
using Coral.Kubernetes;

namespace Coral.Cli.Uninstall;

/// <summary>The two definitions. The API server deletes the objects of a definition with it, so each policy is named.</summary>
internal sealed class Definitions(Changes changes, IKubernetesClient client, UninstallChoice choice, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    internal async Task RemoveAsync(CancellationToken cancellation)
    {
        var policies = await changes.ListAsync(ApiResource.InjectionPolicies, new ListOptions(), cancellation).Select(policy => NamespacedName.Of(policy).Name).ToListAsync(cancellation);
        foreach (var resource in new[] { ApiResource.InjectionPolicies, ApiResource.NodeCapabilities })
        {
            if (!await changes.DeleteAsync(ApiResource.CustomResourceDefinitions, "CustomResourceDefinition", null, resource.ToString(), cancellation)) continue;
            if (resource == ApiResource.InjectionPolicies)
                foreach (var policy in policies) changes.Add(new Outcome(choice.DryRun ? Fate.WouldRemove : Fate.Removed, "InjectionPolicy", null, policy, [], "with its definition"));
            if (!choice.DryRun) await WaitAsync(resource.ToString(), cancellation);
        }
    }

    /// <summary>It is gone when its objects are; until then it can't be installed again.</summary>
    private async Task WaitAsync(string name, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        try
        {
            while (time.GetElapsedTime(start) < choice.Wait)
            {
                await client.GetAsync(ApiResource.CustomResourceDefinitions, null, name, cancellation);
                await Task.Delay(Interval, time, cancellation);
            }

            changes.AddProblem(name, $"CustomResourceDefinition {name} is still being deleted: see kubectl get {name}, an object with a finalizer holds it");
        }
        catch (KubernetesException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // As wanted.
        }
        catch (KubernetesException refused)
        {
            changes.AddProblem(name, $"CustomResourceDefinition {name} was deleted, whether it is gone is not known: {refused.Message}");
        }
    }
}
