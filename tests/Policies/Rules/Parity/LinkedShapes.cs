namespace Coral.Policies.Tests.Rules.Parity;

public sealed class Yielded : Shape<Yielded.Given>
{
    [Fact]
    public void What_a_match_yields_goes_with_it()
    {
        var pod = new Pod("a");
        Insert(pod, new Pod("b"));
        Fire();
        Assert.Equal(["a", "b"], Session.Query<Note>().Select(note => note.Text));
        Session.Retract(pod);
        Assert.Equal(["b"], Session.Query<Note>().Select(note => note.Text));
    }

    [Fact]
    public void What_a_match_yields_is_replaced_when_it_fires_again()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        pod.Name = "z";
        Session.Update(pod);
        Fire();
        Assert.Equal(["z"], Session.Query<Note>().Select(note => note.Text));
    }

    [Fact]
    public void Nobody_else_may_change_or_remove_it()
    {
        Insert(new Pod("a"));
        Fire();
        Assert.Throws<ArgumentException>(() => Session.Retract(new Note("a")));
        Assert.False(Session.TryUpdate(new Note("a")));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Yield(_ => new Note(pod.Name));
        }
    }
}

public sealed class YieldedAnew : Shape<YieldedAnew.Given>
{
    [Fact]
    public void The_second_way_sees_the_old_fact()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Session.Update(pod);
        Fire();
        Session.Update(pod);
        Fire();
        Assert.Equal(["a++"], Session.Query<Note>().Select(note => note.Text));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Yield(_ => new Note(pod.Name), (_, old) => new Note(old.Text + "+"));
        }
    }
}

public sealed class YieldChain : Shape
{
    public YieldChain()
    {
        Use<First>();
        Use<Second>();
    }

    [Fact]
    public void What_rests_on_what_is_withdrawn_is_withdrawn_too()
    {
        var pod = new Pod("a");
        Insert(pod);
        Assert.Equal(2, Fire());
        Assert.Single(Session.Query<string>());
        Session.Retract(pod);
        Assert.Empty(Session.Query<object>());
    }

    [Fact]
    public void A_pod_that_no_longer_matches_withdraws_all()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        pod.Name = "x";
        Session.Update(pod);
        Assert.Same(pod, Assert.Single(Session.Query<object>()));
    }

    public sealed class First : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod, x => x.Name != "x");
            Then().Yield(_ => new Note(pod.Name));
        }
    }

    public sealed class Second : Rule
    {
        public override void Define()
        {
            Note note = null!;
            When().Match(() => note);
            Then().Yield(_ => note.Text + "!");
        }
    }
}

public sealed class YieldThatEndsItsMatch : Shape<YieldThatEndsItsMatch.Given>
{
    [Fact]
    public void A_fact_that_ends_its_own_match_is_withdrawn_and_comes_again_for_ever()
    {
        Insert(new Pod("a"));
        Assert.Equal(20, Session.Fire(20));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod).Not<Note>();
            Then().Yield(_ => new Note(pod.Name));
        }
    }
}

public sealed class LinkedByKey : Shape<LinkedByKey.Given>
{
    [Fact]
    public void An_action_keeps_facts_by_key()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Assert.Equal([new Note("first")], Session.Query<Note>());
        Session.Update(pod);
        Fire();
        Assert.Equal([new Note("second")], Session.Query<Note>());
        Session.Retract(pod);
        Assert.Empty(Session.Query<Note>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => Keep(ctx));
        }

        private static void Keep(IContext context)
        {
            if (context.GetLinked("key") is null) context.InsertLinked("key", new Note("first"));
            else context.UpdateLinked("key", new Note("second"));
        }
    }
}
