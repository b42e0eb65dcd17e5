using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd;

public sealed class ReviewsTests
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

    [Theory]
    [InlineData("CREATE", true, false)]
    [InlineData("UPDATE", true, true)]
    [InlineData("DELETE", false, true)]
    public void Each_operation_carries_the_objects_that_it_has(string operation, bool now, bool before)
    {
        var request = Reviews.Json(new JsonObject { ["kind"] = "Pod" }, "shop", operation: operation)["request"]!;

        Assert.Equal((now, before), (request["object"] is not null, request["oldObject"] is not null));
        Assert.Equal(operation[0] + operation[1..].ToLowerInvariant() + "Options", (string?)request["options"]!["kind"]);
    }
}
