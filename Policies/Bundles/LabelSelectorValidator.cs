namespace Coral.Policies.Bundles;

/// <summary>A Kubernetes label selector.</summary>
internal class LabelSelectorValidator : ObjectValidator
{
    public static readonly JsonCheck Labels = Checks.MapOf("label key", Names.IsLabelKey, Names.LabelValue, 32);

    public LabelSelectorValidator()
    {
        Optional("matchLabels", Labels);
        Optional("matchExpressions", Checks.ListOf(new RequirementValidator().AsCheck(), 32));
    }

    private sealed class RequirementValidator : ObjectValidator
    {
        public RequirementValidator()
        {
            Required("key", Names.LabelKey);
            Required("operator", Checks.OneOf("operator", SpecNames.In(SpecNames.Operators)));
            Optional("values", Checks.ListOf(Names.LabelValue, 64));
            Together((requirement, report) =>
            {
                var values = requirement.Member("values");
                var any = values.Items().Any();
                switch (requirement.Member("operator").Value.AsText())
                {
                    case "In" or "NotIn" when !any:
                        report(values.Path, "at least one value is needed for In and NotIn");
                        break;
                    case "Exists" or "DoesNotExist" when any:
                        report(values.Path, "no values are allowed for Exists and DoesNotExist");
                        break;
                }
            });
        }
    }
}
