namespace Coral.Policies.Tests.Rules;

public sealed class FiredRulesTests
{
    [Fact]
    public void They_are_the_names_of_the_rules_in_the_order_of_their_firings()
    {
        var session = RuleSets.Compile(Assignment.Rules()).CreateSession();
        var fired = FiredRules.Of(session);
        Assert.Empty(fired.Names);
        session.InsertAll([new Machine("a", 5), new Job("t", "a", 9)]);
        session.Fire(2);
        Assert.Equal(["Lost", "Place"], Short(fired));
        session.Fire();
        Assert.Equal(["Lost", "Place", "Sum", "TooMuch", "Alarm"], Short(fired));
        Assert.Equal(5, fired.Count);
    }

    [Fact]
    public void They_are_those_of_one_session_only()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        for (var i = 0; i < 3; i++)
        {
            var session = factory.CreateSession();
            using var end = session as IDisposable;
            var fired = FiredRules.Of(session);
            session.Insert(new Job("t", "a", 9));
            session.Fire();
            Assert.Equal(["Lost", "Alarm"], Short(fired));
        }
    }

    private static string[] Short(FiredRules fired) => [.. fired.Names.Select(name => name.Split('+')[^1])];
}
