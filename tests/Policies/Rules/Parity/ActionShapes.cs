namespace Coral.Policies.Tests.Rules.Parity;

public sealed class Chain : Shape
{
    public Chain()
    {
        Use<First>();
        Use<Second>();
        Use<Third>();
    }

    [Fact]
    public void What_a_rule_inserts_wakes_the_next()
    {
        Insert(new Pod("a"));
        Assert.Equal(3, Fire());
        Sequence(x =>
        {
            x.Rule<First>().Fired();
            x.Rule<Second>().Fired(Matched.Fact(new Note("a")));
            x.Rule<Third>().Fired(Matched.Fact("a!"));
        });
    }

    public sealed class First : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Do(ctx => ctx.Insert(new Note(pod.Name)));
        }
    }

    public sealed class Second : Rule
    {
        public override void Define()
        {
            Note note = null!;
            When().Match(() => note);
            Then().Do(ctx => ctx.Insert(note.Text + "!"));
        }
    }

    public sealed class Third : Rule
    {
        public override void Define()
        {
            string text = null!;
            When().Match(() => text);
            Then().Do(_ => text.ToString());
        }
    }
}

public sealed class UpdateInAction : Shape<UpdateInAction.Given>
{
    [Fact]
    public void A_rule_may_work_until_its_condition_no_longer_holds()
    {
        var pod = new Pod("a");
        Insert(pod);
        Assert.Equal(3, Fire());
        Assert.Equal(3, pod.Cost);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod, x => x.Cost < 3);
            Then().Do(ctx => ctx.Update(pod, Raise));
        }

        private static void Raise(Pod pod) => pod.Cost++;
    }
}

public sealed class RetractInAction : Shape<RetractInAction.Given>
{
    [Fact]
    public void What_is_removed_no_longer_fires()
    {
        Session.InsertAll([new Note("a"), new Note("b")]);
        Assert.Equal(1, Fire());
        Assert.Single(Session.Query<Note>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Note kept = null!, removed = null!;
            When().Match(() => kept).Match(() => removed, x => x != kept);
            Then().Do(ctx => ctx.Retract(removed));
        }
    }
}

public sealed class Halting : Shape<Halting.Given>
{
    [Fact]
    public void Halt_ends_the_run_and_the_next_goes_on()
    {
        Insert(new Pod("a"), new Pod("b"));
        Assert.Equal(1, Fire());
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.Halt());
        }
    }
}

public sealed class Undone : Shape<Undone.Given>
{
    [Fact]
    public void Undo_runs_when_a_match_that_fired_is_gone()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Session.Retract(pod);
        Assert.Equal(1, Fire());
        Assert.Equal([new Note("done a"), new Note("undone a")], Session.Query<Note>());
    }

    [Fact]
    public void Undo_does_not_run_for_a_match_that_never_fired()
    {
        var pod = new Pod("a");
        Insert(pod);
        Session.Retract(pod);
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Do(ctx => ctx.Insert(new Note("done " + pod.Name))).Undo(ctx => ctx.Insert(new Note("undone " + pod.Name)));
        }
    }
}

public sealed class Triggers : Shape<Triggers.Given>
{
    [Fact]
    public void Each_action_runs_at_its_moments()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Session.Update(pod);
        Fire();
        Session.Retract(pod);
        Fire();
        Assert.Equal(["new", "again", "gone"], Session.Query<Note>().Select(note => note.Text));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then()
                .Action(ctx => ctx.Insert(new Note("new")), ActionTrigger.Activated)
                .Action(ctx => ctx.Insert(new Note("again")), ActionTrigger.Reactivated)
                .Action(ctx => ctx.Insert(new Note("gone")), ActionTrigger.Deactivated);
        }
    }
}

public sealed class SeveralActions : Shape<SeveralActions.Given>
{
    [Fact]
    public void Actions_run_in_order_and_know_rule_and_match()
    {
        Insert(new Pod("a"));
        Fire();
        Assert.Equal([new Note("1 a"), new Note("2 named"), new Note("3 Created")], Session.Query<Note>());
    }

    [Name("named")]
    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then()
                .Do(ctx => ctx.Insert(new Note("1 " + pod.Name)))
                .Do(ctx => ctx.Insert(new Note("2 " + ctx.Rule.Name)))
                .Do(ctx => ctx.Insert(new Note("3 " + ctx.Match.Trigger)));
        }
    }
}
