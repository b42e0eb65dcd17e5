using System.Text.RegularExpressions;

namespace Coral.Policies.Bundles;

/// <summary><c>spec.match</c>: which pods a policy is for.</summary>
internal sealed partial class MatchValidator : ObjectValidator
{
    public MatchValidator()
    {
        Optional("namespaces", new NamespacesValidator().AsCheck());
        Optional("pods", new LabelSelectorValidator().AsCheck());
        Optional("owners", Checks.SetOf(Checks.Text("the kind of an owner, such as ReplicaSet, or None", text => text.Length <= 63 && KindPattern().IsMatch(text)), 32));
        Optional("serviceAccounts", Checks.SetOf(Names.Subdomain, 64));
        Optional("images", Checks.SetOf(Checks.Text("an image or a pattern of one without spaces", text => text.Length <= 512 && ImagePattern().IsMatch(text)), 64));
        Optional("nodeSelector", LabelSelectorValidator.Labels);
    }

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex KindPattern();

    [GeneratedRegex(@"^[!-~]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImagePattern();

    private sealed class NamespacesValidator : LabelSelectorValidator
    {
        public NamespacesValidator() => Optional("names", Checks.SetOf(Names.Namespace, 256));
    }
}
