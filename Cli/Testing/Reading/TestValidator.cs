using System.Text.Json;
using Coral.Cli.Testing.Stating;
using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Reading;

/// <summary>A whole document of kind <c>DecisionTest</c>.</summary>
internal sealed class TestValidator : SettingsValidator
{
    /// <summary>Immutable after it was made.</summary>
    public static readonly TestValidator Shared = new();

    /// <summary>To find the line of each takes time that grows with their square.</summary>
    private const int MostCases = 1000;

    private TestValidator()
    {
        Required("apiVersion", Checks.OneOf("version", DecisionTest.ApiVersion));
        Required("kind", Checks.OneOf("kind", DecisionTest.Kind));
        Optional("metadata", Checks.Object);
        Required("cases", Checks.SetOf(new CaseValidator().AsCheck(), MostCases, item => item.Value.Text("name"u8)));
        Together((test, report) =>
        {
            var cases = test.Member("cases");
            if (cases.Value.ValueKind == JsonValueKind.Array && cases.Value.GetArrayLength() == 0) report(cases.Path, "holds no case");
            foreach (var item in cases.Items())
            {
                if (item.Value.ValueKind == JsonValueKind.Object && item.Member("objects").IsAbsent && test.Member("objects").IsAbsent) report(JsonPath.Member(item.Path, "objects"), "is needed, here or at the top: what is decided on");
            }
        });
    }

    private sealed class CaseValidator : SettingsValidator
    {
        public CaseValidator()
        {
            Required("name", Checks.Text("a name", text => text.Length > 0));
            Required("expect", new ExpectValidator().AsCheck());
        }
    }

    private sealed class ExpectValidator : ObjectValidator
    {
        public ExpectValidator()
        {
            foreach (var aspect in Aspects.All) Optional(aspect.Name, aspect.Check);
            Together((expect, report) =>
            {
                var any = false;
                foreach (var (_, member) in expect.Members())
                {
                    any = true;
                    if (member.IsAbsent) report(member.Path, "says nothing; say what is expected, or remove it");
                }

                if (!any) report(expect.Path, $"states nothing; it may hold {string.Join(", ", Aspects.All.Select(aspect => aspect.Name))}");
            });
        }
    }
}
