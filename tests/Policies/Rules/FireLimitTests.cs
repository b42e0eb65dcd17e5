namespace Coral.Policies.Tests.Rules;

public sealed class FireLimitTests
{
    [Fact]
    public void Rules_that_wake_themselves_for_ever_are_stopped_by_name()
    {
        var session = Start(50);
        session.Insert(new Counter());
        var thrown = Assert.Throws<RuleFireLimitException>(() => session.Fire());
        Assert.Equal((50, "endless"), (thrown.Limit, thrown.RuleName));
    }

    [Fact]
    public void The_limit_is_that_of_the_session_and_not_of_one_run()
    {
        var session = Start(5);
        session.Insert(new Counter());
        Assert.Equal(3, session.Fire(3));
        Assert.Throws<RuleFireLimitException>(() => session.Fire(3));
    }

    [Fact]
    public void As_many_firings_as_the_limit_are_allowed()
    {
        var session = Start(5);
        session.Insert(new Counter());
        Assert.Equal(5, session.Fire(5));
    }

    private static ISession Start(int limit)
    {
        var rules = new RuleList().Add<Endless>();
        var repository = new RuleRepository(rules);
        repository.Load(x => x.From(scan => scan.Type(rules.Types).NestedTypes()));
        return new RuleCompiler { Options = { FireLimit = limit } }.Compile(repository.GetRuleSets()).CreateSession();
    }

    public sealed class Counter
    {
        public int Count { get; private set; }

        public void Raise() => Count++;
    }

    [Name("endless")]
    public sealed class Endless : Rule
    {
        public override void Define()
        {
            Counter counter = null!;
            When().Match(() => counter);
            Then().Do(_ => counter.Raise()).Do(ctx => ctx.Update(counter));
        }
    }
}
