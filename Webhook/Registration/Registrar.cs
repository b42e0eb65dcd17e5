using Coral.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Registration;

/// <summary>Puts our entries into the API server, by server-side apply, and takes them out again.</summary>
internal sealed class Registrar(IKubernetesClient client, ILogger logger)
{
    private const string FieldManager = "coral-webhook";

    private static readonly ApiResource[] Kinds = [ApiResource.MutatingWebhookConfigurations, ApiResource.ValidatingWebhookConfigurations];

    internal async Task RegisterAsync(ClientAddress address, string caBundlePem, CancellationToken cancellation)
    {
        await ApplyAsync(ApiResource.MutatingWebhookConfigurations, WebhookEntries.Mutating(address, caBundlePem), cancellation);
        await ApplyAsync(ApiResource.ValidatingWebhookConfigurations, WebhookEntries.Validating(address, caBundlePem), cancellation);
        logger.Registered(WebhookEntries.ConfigurationName, address is ClientAddress.Url ? "url" : "service");
    }

    /// <summary>Never throws: what could not be removed is said, with the command that removes it.</summary>
    internal async Task UnregisterAsync(CancellationToken cancellation)
    {
        foreach (var kind in Kinds)
        {
            try
            {
                await client.DeleteAsync(kind, null, WebhookEntries.ConfigurationName, cancellation: cancellation);
            }
            catch (KubernetesException exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                // Somebody was faster.
            }
            catch (Exception exception) when (exception is KubernetesException or KubernetesUnreachableException or KubernetesProtocolException or OperationCanceledException)
            {
                logger.NotUnregistered(WebhookEntries.ConfigurationName, exception.Message);
                return;
            }
        }

        logger.Unregistered(WebhookEntries.ConfigurationName);
    }

    private Task ApplyAsync(ApiResource kind, byte[] body, CancellationToken cancellation) =>
        client.ApplyAsync(kind, null, WebhookEntries.ConfigurationName, body, FieldManager, force: true, cancellation: cancellation);
}
