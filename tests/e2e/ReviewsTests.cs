using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd;

public sealed class ReviewsTests
{
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
