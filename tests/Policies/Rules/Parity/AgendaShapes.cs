namespace Coral.Policies.Tests.Rules.Parity;

public sealed class Priorities : Shape
{
    public Priorities()
    {
        Use<Low>();
        Use<High>();
        Use<Middle>();
    }

    [Fact]
    public void The_larger_goes_first()
    {
        Insert(new Pod("a"));
        Fire();
        Sequence(x =>
        {
            x.Rule<High>().Fired();
            x.Rule<Middle>().Fired();
            x.Rule<Low>().Fired();
        });
    }

    [Priority(-1)]
    public sealed class Low : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }

    public sealed class Middle : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }

    [Priority(1)]
    public sealed class High : Rule
    {
        public override void Define()
        {
            Priority(100);
            When().Match<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class FirstInFirstOut : Shape
{
    public FirstInFirstOut()
    {
        Use<OfNode>();
        Use<OfPod>();
    }

    [Fact]
    public void Of_one_priority_the_first_to_match_goes_first()
    {
        Insert(new Pod("a"), new Node("n"), new Pod("b"));
        Fire();
        Sequence(x =>
        {
            x.Rule<OfPod>().Fired(Matched.Fact<Pod>(pod => pod.Name == "a"));
            x.Rule<OfNode>().Fired();
            x.Rule<OfPod>().Fired(Matched.Fact<Pod>(pod => pod.Name == "b"));
        });
    }

    public sealed class OfPod : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }

    public sealed class OfNode : Rule
    {
        public override void Define()
        {
            When().Match<Node>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class PreEmption : Shape
{
    public PreEmption()
    {
        Use<Work>();
        Use<Urgent>();
    }

    [Fact]
    public void A_rule_of_higher_priority_that_is_woken_goes_before_what_waits()
    {
        Insert(new Pod("a"), new Pod("b"));
        Fire();
        Sequence(x =>
        {
            x.Rule<Work>().Fired();
            x.Rule<Urgent>().Fired();
            x.Rule<Work>().Fired();
            x.Rule<Urgent>().Fired();
        });
    }

    public sealed class Work : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Do(ctx => ctx.Insert(new Note(pod.Name)));
        }
    }

    [Priority(9)]
    public sealed class Urgent : Rule
    {
        public override void Define()
        {
            When().Match<Note>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class Refraction : Shape<Refraction.Given>
{
    [Fact]
    public void A_match_fires_once()
    {
        Insert(new Pod("a"));
        Assert.Equal(1, Fire());
        Assert.Equal(0, Fire());
    }

    [Fact]
    public void An_update_lets_it_fire_again_even_if_nothing_changed()
    {
        var pod = new Pod("a");
        Insert(pod, new Pod("b"));
        Fire();
        Session.Update(pod);
        Assert.Equal(1, Fire());
        Fires(2, Matched.Fact(pod));
    }

    [Fact]
    public void An_update_before_it_fires_does_not_double_it()
    {
        var pod = new Pod("a");
        Insert(pod);
        Session.Update(pod);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class NonRepeatable : Shape<NonRepeatable.Given>
{
    [Fact]
    public void An_update_does_not_let_it_fire_again_but_a_new_match_does()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Session.Update(pod);
        Assert.Equal(0, Fire());
        Session.Retract(pod);
        Insert(pod);
        Assert.Equal(1, Fire());
    }

    [Repeatability(RuleRepeatability.NonRepeatable)]
    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class BoundedRun : Shape<BoundedRun.Given>
{
    [Fact]
    public void Fire_stops_at_the_number_given()
    {
        Insert(new Pod("a"), new Pod("b"), new Pod("c"));
        Assert.Equal(2, Session.Fire(2));
        Assert.False(Session.Agenda.IsEmpty);
        Assert.Equal(1, Fire());
        Assert.True(Session.Agenda.IsEmpty);
    }

    [Fact]
    public void Fire_stops_between_rules_when_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Insert(new Pod("a"));
        Assert.Equal(0, Session.Fire(source.Token));
    }

    [Fact]
    public void A_cleared_agenda_fires_nothing()
    {
        Insert(new Pod("a"));
        Assert.Equal(nameof(Pod), Session.Agenda.Peek().Facts.Single().Declaration.Type.Name);
        Session.Agenda.Clear();
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class AgendaFiltered : Shape<AgendaFiltered.Given>
{
    [Fact]
    public void A_filter_of_the_session_keeps_matches_off()
    {
        Session.Agenda.AddFilter(new OnlyNamed("b"));
        Insert(new Pod("a"), new Pod("b"));
        Assert.Equal(1, Fire());
    }

    private sealed class OnlyNamed(string name) : IAgendaFilter
    {
        public bool Accept(AgendaContext context, IMatch match) => match.Facts.Any(fact => fact.Value is Pod pod && pod.Name == name);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class FilteredByChange : Shape<FilteredByChange.Given>
{
    [Fact]
    public void Fires_again_only_if_a_key_changed_since_it_last_fired()
    {
        var pod = new Pod("a") { Cost = 1 };
        Insert(pod);
        Fire();
        pod.Node = "z";
        Session.Update(pod);
        Assert.Equal(0, Fire());
        pod.Cost = 2;
        Session.Update(pod);
        Assert.Equal(1, Fire());
        pod.Name = "b";
        Session.Update(pod);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Filter().OnChange(() => pod.Cost, () => pod.Name);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class FilteredWhere : Shape<FilteredWhere.Given>
{
    [Fact]
    public void Fires_only_where_all_predicates_hold_and_later_if_they_come_to_hold()
    {
        var pod = new Pod("a") { Cost = 1 };
        Insert(pod);
        Assert.Equal(0, Fire());
        pod.Cost = 5;
        Session.Update(pod);
        Assert.Equal(1, Fire());
        pod.Cost = 50;
        Session.Update(pod);
        Assert.Equal(0, Fire());
    }

    [Fact]
    public void A_match_that_waits_is_taken_off_when_a_predicate_no_longer_holds()
    {
        var pod = new Pod("a") { Cost = 5 };
        Insert(pod);
        pod.Cost = 1;
        Session.Update(pod);
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Filter().Where(() => pod.Cost > 2, () => pod.Cost < 10);
            Then().Do(_ => pod.ToString());
        }
    }
}
