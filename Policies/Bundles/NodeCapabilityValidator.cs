using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Bundles;

/// <summary>
/// Checks the shape of a NodeCapability document: everything at the top level, no <c>spec</c> or <c>status</c> (design §4). Whether it is fresh, and what it
/// proves, is not asked here. Thread safe.
/// </summary>
public static class NodeCapabilityValidator
{
    internal const string Kind = "NodeCapability";

    private static readonly ReportValidator Report = new();

    /// <summary>Every mistake of the document; their <see cref="BundleProblem.File"/> is <c>NodeCapability/node</c> and they have no line. Never throws.</summary>
    public static ImmutableArray<BundleProblem> Validate(JsonElement document) =>
        [.. Check(document).Select(mistake => new BundleProblem($"{Kind}/{NodeOf(document)}", 0, mistake.Path, mistake.Message))];

    internal static ImmutableArray<Mistake> Check(JsonElement document) => Report.Mistakes(document);

    /// <summary><c>node</c>, or else <c>metadata.name</c>; empty when the document names none.</summary>
    internal static string NodeOf(JsonElement document) => document.Text("node"u8) ?? document.Get("metadata"u8).Text("name"u8) ?? "";

    private static void Time(JsonField field, Action<string, string> report)
    {
        if (Rfc3339.Read(field.Value) is null) report(field.Path, $"expected a time such as 2026-11-21T12:00:00Z, found {field.Value.Describe()}");
    }

    private sealed class ReportValidator : ObjectValidator
    {
        public ReportValidator()
        {
            Required("apiVersion", Checks.OneOf("version", Vocabulary.ApiVersion));
            Required("kind", Checks.OneOf("kind", Kind));
            Optional("metadata", Checks.Object);
            Required("node", Names.Subdomain);
            Together((document, report) =>
            {
                var name = document.Member("metadata").Value.Text("name"u8);
                if (name is not null && document.Value.Text("node"u8) is { } node && name != node) report("metadata.name", $"must be the name of the node, \"{JsonDescribe.Short(node)}\"");
            });
            Optional("observedAt", Time);
            Optional("expiresAt", Time);
            Optional("generation", Checks.Integer(0, long.MaxValue));
            Optional("bootId", Checks.Text(128));
            Optional("system", new SystemValidator().AsCheck());
            Optional("facts", Checks.MapOf("name of a fact", name => name.Length > 0, new FactValidator(restricted: false).AsCheck(), 1024));
            Optional("collectors", Checks.MapOf("name of a collector", name => name.Length > 0, new CollectorValidator().AsCheck(), 64));
        }
    }

    private sealed class SystemValidator : ObjectValidator
    {
        // The rest explains and decides nothing: agents may add to it freely.
        public SystemValidator()
            : base(open: true)
        {
            foreach (var name in new[] { "release", "arch", "cgroup", "lockdown", "runtime", "runtimeSocket", "kubelet" }) Optional(name, Checks.Text(512));
            Optional("lsms", Checks.ListOf(Checks.Text(64), 64));
            Optional("memlock", Checks.OneOf("state of memlock", "needed", "not-needed", "unknown"));
        }
    }

    private sealed class FactValidator : ObjectValidator
    {
        public FactValidator(bool restricted)
        {
            Required("state", Checks.OneOf("state", "ok", "absent", "denied", "error"));
            Optional("errno", Checks.Integer(0, 4095));
            Optional("verifier", Checks.Text(4096));
            Optional("micros", Checks.Integer(0, long.MaxValue));
            Optional("method", Checks.Text(512));
            if (restricted) return;
            var inner = new FactValidator(restricted: true).AsCheck();
            Optional("minimal", inner);
            Optional("full", inner);
        }
    }

    private sealed class CollectorValidator : ObjectValidator
    {
        public CollectorValidator()
        {
            Required("tier", Checks.Text(32));
            Optional("reasons", Checks.ListOf(Checks.Text(512), 64));
        }
    }
}
