using System.Text.Json;
using System.Text.RegularExpressions;

namespace Coral.Policies.Bundles;

/// <summary><c>spec.variants.NAME</c>: what a policy changes of a variant's container. The security context is not in it, so that no policy can widen a variant.</summary>
internal sealed partial class VariantOverrideValidator : ObjectValidator
{
    public VariantOverrideValidator()
    {
        Optional("image", Checks.Text("an image reference without spaces", text => text.Length <= 512 && ImagePattern().IsMatch(text)));
        Optional("imagePullPolicy", Checks.OneOf("pull policy", "Always", "IfNotPresent", "Never"));
        Optional("imagePullSecrets", Checks.SetOf(new SecretNameValidator().AsCheck(), 16, Named));
        Optional("resources", new ResourcesValidator().AsCheck());
        Optional("env", Checks.SetOf(new EnvValidator().AsCheck(), 64, Named));
        Optional("args", Checks.ListOf(Checks.Text(4096), 64));
        Optional("ports", Checks.SetOf(new PortValidator().AsCheck(), 16, PortAndProtocol));
        Together((variant, report) =>
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var port in variant.Member("ports").Items())
            {
                if (Named(port) is { } name && !seen.Add(name)) report(port.Path, $"a port named \"{JsonDescribe.Short(name)}\" stands twice");
            }
        });
    }

    private static string? Named(JsonField item) => item.Value.Text("name"u8);

    private static string? PortAndProtocol(JsonField port) =>
        port.Member("containerPort").Value is { ValueKind: JsonValueKind.Number } number ? $"{number.GetRawText()}/{port.Value.Text("protocol"u8) ?? "TCP"}" : null;

    [GeneratedRegex(@"^[!-~]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImagePattern();

    private sealed class SecretNameValidator : ObjectValidator
    {
        public SecretNameValidator() => Required("name", Names.Subdomain);
    }

    private sealed class PortValidator : ObjectValidator
    {
        // A hostPort would keep pods from being scheduled beside each other, and is refused from baseline on: it is left out on purpose.
        public PortValidator()
        {
            Required("containerPort", Checks.Integer(1, 65535));
            Optional("name", Checks.Text("a port name (at most 15 lower-case letters, digits and '-', with a letter)", Names.IsPortName));
            Optional("protocol", Checks.OneOf("protocol", "TCP", "UDP", "SCTP"));
        }
    }
}
