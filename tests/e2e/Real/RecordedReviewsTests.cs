using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>The reviews that we build are those of a real API server, as the kit has recorded them.</summary>
public sealed class RecordedReviewsTests
{
    [KitTheory]
    [InlineData("pod-small")]
    [InlineData("pod-deployment")]
    [InlineData("pod-large")]
    public void A_review_that_we_build_has_the_fields_of_a_recorded_one_in_their_order(string name)
    {
        var recorded = JsonNode.Parse(Kit.Review(name))!;
        var request = recorded["request"]!;

        var built = Reviews.Json(request["object"]!, (string)request["namespace"]!, (string)request["uid"]!, userInfo: request["userInfo"]);

        built["request"]!["options"] = request["options"]!.DeepClone();
        Assert.Equal(recorded.ToJsonString(), built.ToJsonString());
    }
}
