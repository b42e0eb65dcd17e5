using System.Text;
using System.Text.Json;
using Coral.Policies;

namespace Coral.Webhook.Registration;

/// <summary>How the API server finds us: a URL of ours, or a Service.</summary>
internal abstract record ClientAddress
{
    /// <summary><c>https://HOST:PORT</c>, for a webhook outside the cluster.</summary>
    internal sealed record Url(string Base) : ClientAddress;

    /// <summary>A Service in the cluster.</summary>
    internal sealed record Service(string Namespace, string Name, int Port) : ClientAddress;
}

/// <summary>
/// The two configurations that we register (design §3). Everything here is stated, so that server-side apply owns it and nothing is left to defaults.
/// Match conditions use <c>object</c>, <c>oldObject</c> and <c>request</c> only.
/// </summary>
internal static class WebhookEntries
{
    internal const string ConfigurationName = "coral-policy";

    /// <summary>Longer than any decision takes, short enough that an outage of ours does not slow a rollout.</summary>
    private const int TimeoutSeconds = 2;

    /// <summary>A static pod must be what its file says; the kubelet's mirror of it is not ours to touch.</summary>
    private const string NotMirror = "!has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)";

    /// <summary>Workloads of a controller are warned about where their author is: on the outermost one.</summary>
    private const string NotOwned = "!has(object.metadata.ownerReferences) || !object.metadata.ownerReferences.exists(owner, has(owner.controller) && owner.controller)";

    private const string Changed = "request.operation == 'CREATE' || !has(object.spec) || object.spec != oldObject.spec";

    internal static byte[] Mutating(ClientAddress address, string caBundlePem) => Write("MutatingWebhookConfiguration", json =>
    {
        Entry(json, "namespace.inject.coral.io", address, "/mutate", caBundlePem, "Ignore", mutating: true, PodRules, [("not-mirror", NotMirror)],
            namespaces: selector => Expression(selector, Vocabulary.Inject, "Exists"), objects: null);
        Entry(json, "pod.inject.coral.io", address, "/mutate", caBundlePem, "Ignore", mutating: true, PodRules, [("not-mirror", NotMirror)],
            namespaces: selector => Expression(selector, Vocabulary.Inject, "DoesNotExist"), objects: selector => Expression(selector, Vocabulary.Inject, "Exists"));
    });

    internal static byte[] Validating(ClientAddress address, string caBundlePem) => Write("ValidatingWebhookConfiguration", json =>
    {
        Entry(json, "required.coral.io", address, "/validate", caBundlePem, "Fail", mutating: false, PodRules, [("not-mirror", NotMirror)],
            namespaces: selector =>
            {
                Expression(selector, Vocabulary.Required, "In", "true");
                // Never in the way of what the cluster and we ourselves need to start.
                Expression(selector, "kubernetes.io/metadata.name", "NotIn", "kube-system", "kube-public", "kube-node-lease", Vocabulary.SystemNamespace);
            },
            // Whoever opted out is admitted even while we are down.
            objects: selector => Expression(selector, Vocabulary.Inject, "NotIn", "false"));
        Entry(json, "warn.coral.io", address, "/validate", caBundlePem, "Ignore", mutating: false, WorkloadRules, [("not-owned", NotOwned), ("changed", Changed)],
            namespaces: selector => Expression(selector, Vocabulary.Inject, "Exists"), objects: null);
    });

    private static byte[] Write(string kind, Action<Utf8JsonWriter> entries)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "admissionregistration.k8s.io/v1");
            json.WriteString("kind", kind);
            json.WriteStartObject("metadata");
            json.WriteString("name", ConfigurationName);
            json.WriteStartObject("labels");
            json.WriteString("app.kubernetes.io/name", "coral-webhook");
            json.WriteString("app.kubernetes.io/part-of", "coral-policy");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("webhooks");
            entries(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Entry(
        Utf8JsonWriter json, string name, ClientAddress address, string path, string caBundlePem, string failurePolicy, bool mutating,
        Action<Utf8JsonWriter> rules, (string Name, string Expression)[] conditions, Action<Utf8JsonWriter> namespaces, Action<Utf8JsonWriter>? objects)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        Client(json, address, path, caBundlePem);
        json.WriteStartArray("rules");
        rules(json);
        json.WriteEndArray();
        json.WriteString("failurePolicy", failurePolicy);
        json.WriteString("matchPolicy", "Equivalent");
        Selector(json, "namespaceSelector", namespaces);
        Selector(json, "objectSelector", objects);
        // A dry run is decided and recorded as one, and nothing in the cluster is changed by any call.
        json.WriteString("sideEffects", "None");
        json.WriteNumber("timeoutSeconds", TimeoutSeconds);
        Strings(json, "admissionReviewVersions", "v1");
        if (mutating) json.WriteString("reinvocationPolicy", "IfNeeded");
        json.WriteStartArray("matchConditions");
        foreach (var condition in conditions)
        {
            json.WriteStartObject();
            json.WriteString("name", condition.Name);
            json.WriteString("expression", condition.Expression);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Client(Utf8JsonWriter json, ClientAddress address, string path, string caBundlePem)
    {
        json.WriteStartObject("clientConfig");
        json.WriteBase64String("caBundle", Encoding.UTF8.GetBytes(caBundlePem));
        switch (address)
        {
            case ClientAddress.Url url:
                json.WriteString("url", url.Base + path);
                break;
            case ClientAddress.Service service:
                json.WriteStartObject("service");
                json.WriteString("namespace", service.Namespace);
                json.WriteString("name", service.Name);
                json.WriteString("path", path);
                json.WriteNumber("port", service.Port);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void PodRules(Utf8JsonWriter json) => Rule(json, "", ["CREATE"], "pods");

    private static void WorkloadRules(Utf8JsonWriter json)
    {
        Rule(json, "apps", ["CREATE", "UPDATE"], "deployments", "statefulsets", "daemonsets", "replicasets");
        Rule(json, "batch", ["CREATE", "UPDATE"], "jobs", "cronjobs");
        Rule(json, "", ["CREATE", "UPDATE"], "replicationcontrollers", "podtemplates");
    }

    private static void Rule(Utf8JsonWriter json, string group, string[] operations, params string[] resources)
    {
        json.WriteStartObject();
        Strings(json, "apiGroups", group);
        Strings(json, "apiVersions", "v1");
        Strings(json, "operations", operations);
        Strings(json, "resources", resources);
        json.WriteString("scope", "Namespaced");
        json.WriteEndObject();
    }

    private static void Selector(Utf8JsonWriter json, string name, Action<Utf8JsonWriter>? expressions)
    {
        json.WriteStartObject(name);
        if (expressions is not null)
        {
            json.WriteStartArray("matchExpressions");
            expressions(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Expression(Utf8JsonWriter json, string key, string operation, params string[] values)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteString("operator", operation);
        if (values.Length > 0) Strings(json, "values", values);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, params string[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
