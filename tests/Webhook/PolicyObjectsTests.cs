using System.Text.Json;
using Coral.Webhook.Facts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests;

public sealed class PolicyObjectsTests
{
    private readonly PolicyObjects objects = new(NullLogger.Instance);

    [Fact]
    public void A_bad_version_never_takes_the_place_of_a_good_one()
    {
        Assert.Equal(7, Assert.Single(objects.Read([Policy("one", "{\"priority\":7}")])).Priority);

        Assert.Equal(7, Assert.Single(objects.Read([Policy("one", "{\"priority\":\"high\"}")])).Priority);
        var verdict = Assert.Single(objects.Verdicts);
        Assert.Equal((false, true), (verdict.Valid, verdict.Applies));
        Assert.Equal("InjectionPolicy one has mistakes; its last good version goes on to apply: spec.priority: expected an integer, found the string \"high\"", verdict.Text);

        Assert.Equal(8, Assert.Single(objects.Read([Policy("one", "{\"priority\":8}")])).Priority);
        Assert.True(Assert.Single(objects.Verdicts).Valid);
    }

    [Fact]
    public void A_policy_that_never_was_good_does_not_apply_and_keeps_no_other_from_it()
    {
        Assert.Equal(["good"], objects.Read([Policy("bad", "{\"rollout\":1}"), Policy("good", "{}")]).Select(policy => policy.Name));
        Assert.Equal([("bad", false, false), ("good", true, true)], objects.Verdicts.Select(verdict => (verdict.Name, verdict.Valid, verdict.Applies)));
    }

    [Fact]
    public void A_deleted_policy_applies_no_more_even_if_its_last_version_was_bad()
    {
        objects.Read([Policy("one", "{}")]);
        objects.Read([Policy("one", "{\"priority\":\"high\"}")]);
        Assert.Empty(objects.Read([]));
        Assert.Empty(objects.Read([Policy("one", "{\"priority\":\"high\"}")]));
    }

    private static JsonElement Policy(string name, string spec) =>
        JsonDocument.Parse("{\"apiVersion\":\"coral.io/v1alpha1\",\"kind\":\"InjectionPolicy\",\"metadata\":{\"name\":\"" + name + "\"},\"spec\":" + spec + "}").RootElement;
}
