using System.Net;
using System.Text;
using System.Text.Json;
using Coral.Cli.Facts;
using Coral.Cli.Inputs;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Explain.Live;

/// <summary>A pod as the API server has it.</summary>
/// <param name="Stored">The object.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Server">The API server's URL.</param>
internal sealed record LivePod(JsonElement Stored, string Namespace, string Server)
{
    /// <summary>Who created it: the controller that owns it. Nobody is known where none does.</summary>
    internal Requester Creator
    {
        get
        {
            var owner = Stored.Get("metadata"u8).Items("ownerReferences"u8).FirstOrDefault(owner => owner.IsTrue("controller"u8));
            return WorkloadTemplate.CreatorOf(owner.Text("kind"u8) ?? "", Requester.Unknown);
        }
    }

    /// <summary>Reads it once. Throws <see cref="NoPodException"/> where there is none, and <see cref="KubernetesException"/> where it may not be read.</summary>
    internal static async Task<LivePod> ReadAsync(string name, FactsChoice choice, Problems problems, TimeProvider time, CancellationToken cancellation)
    {
        var config = problems.Try(() => KubernetesConfig.Load(choice.Kubeconfig, choice.Context));
        problems.ThrowIfAny();
        var ns = choice.Namespace ?? config!.Namespace ?? "default";
        using var client = new KubernetesClient(config!, time, NullLoggerFactory.Instance);
        try
        {
            return new LivePod(await client.GetAsync(ApiResource.Pods, ns, name, cancellation), ns, config!.Server.ToString());
        }
        catch (KubernetesException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            throw new NoPodException($"pod/{name}: there is none in namespace {ns} of {config!.Server}; say another namespace with -n");
        }
        catch (KubernetesException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new KubernetesException(refused.StatusCode, refused.Reason, $"pod/{name}: {refused.Message}; the right to get pods in namespace {ns} is needed", refused.Status);
        }
    }

    /// <summary>The pod as an object that was handed in.</summary>
    internal InputObject ToInput() => ToInput(Stored);

    /// <inheritdoc cref="ToInput()"/>
    internal InputObject ToInput(JsonElement pod)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(pod.GetRawText()));
        return new InputObject(YamlDocuments.Read(text, Server).Single());
    }
}

/// <summary>The pod that was asked for is not there.</summary>
internal sealed class NoPodException(string message) : Exception(message);
