using System.Collections.Immutable;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class LabelSelectorsTests
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal) { ["app"] = "web", ["tier"] = "", ["gen"] = "7" };

    [Theory]
    [InlineData("app", LabelOperator.In, "web", true)]
    [InlineData("app", LabelOperator.In, "api,web", true)]
    [InlineData("app", LabelOperator.In, "Web", false)]
    [InlineData("none", LabelOperator.In, "web", false)]
    [InlineData("tier", LabelOperator.In, "", true)]
    [InlineData("app", LabelOperator.NotIn, "web", false)]
    [InlineData("app", LabelOperator.NotIn, "api", true)]
    [InlineData("none", LabelOperator.NotIn, "web", true)]
    [InlineData("tier", LabelOperator.Exists, null, true)]
    [InlineData("none", LabelOperator.Exists, null, false)]
    [InlineData("none", LabelOperator.DoesNotExist, null, true)]
    [InlineData("app", LabelOperator.DoesNotExist, null, false)]
    [InlineData("gen", LabelOperator.Gt, "6", true)]
    [InlineData("gen", LabelOperator.Gt, "7", false)]
    [InlineData("gen", LabelOperator.Lt, "8", true)]
    [InlineData("gen", LabelOperator.Lt, "x", false)]
    [InlineData("app", LabelOperator.Lt, "8", false)]
    [InlineData("none", LabelOperator.Gt, "0", false)]
    public void A_requirement_holds_as_in_Kubernetes(string key, LabelOperator operation, string? values, bool expected)
    {
        var selector = new LabelSelector([new LabelRequirement(key, operation, values is null ? [] : [.. values.Split(',')])]);

        Assert.Equal(expected, LabelSelectors.Matches(selector, Labels));
        Assert.Equal(expected, LabelSelectors.Matches(selector, Json("""{"app": "web", "tier": "", "gen": "7", "odd": 1}""")));
    }

    [Fact]
    public void Every_requirement_must_hold_and_none_matches_everything()
    {
        ImmutableArray<LabelRequirement> both = [new("app", LabelOperator.In, ["web"]), new("tier", LabelOperator.DoesNotExist, [])];

        Assert.False(LabelSelectors.Matches(new LabelSelector(both), Labels));
        Assert.True(LabelSelectors.Matches(new LabelSelector([both[0]]), Labels));
        Assert.True(LabelSelectors.Matches(new LabelSelector([]), Labels));
        Assert.True(LabelSelectors.Matches(new LabelSelector([]), default(System.Text.Json.JsonElement)));
        Assert.False(LabelSelectors.Matches(new LabelSelector([both[0]]), default(System.Text.Json.JsonElement)));
    }
}
