namespace Coral.Policies.Tests.Rules.Parity;

public sealed class ExistsAny : Shape<ExistsAny.Given>
{
    [Fact]
    public void Fires_once_however_many_there_are()
    {
        Insert(new Pod("a"), new Pod("b"));
        Assert.Equal(1, Fire());
        Insert(new Pod("c"));
        Assert.Equal(0, Fire());
    }

    [Fact]
    public void Fires_again_after_the_last_was_gone()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Session.Retract(pod);
        Insert(pod);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Exists<Pod>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class ExistsJoined : Shape<ExistsJoined.Given>
{
    [Fact]
    public void Fires_where_one_belongs_to_it()
    {
        var pod = new Pod("p", "n");
        Insert(new Node("n"), new Node("m"), pod);
        Fire();
        Fires(1, Matched.Fact<Node>(node => node.Name == "n"));
        pod.Node = "m";
        Session.Update(pod);
        Assert.Equal(1, Fire());
        Assert.Equal("m", Last<Node>().Name);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node node = null!;
            When().Match(() => node).Exists<Pod>(pod => pod.Node == node.Name);
            Then().Do(_ => node.ToString());
        }
    }
}

public sealed class NotAny : Shape<NotAny.Given>
{
    [Fact]
    public void Fires_in_an_empty_session() => Assert.Equal(1, Fire());

    [Fact]
    public void Fires_not_while_there_is_one_and_fires_when_it_is_gone()
    {
        var pod = new Pod("a");
        Insert(pod);
        Assert.Equal(0, Fire());
        Session.Retract(pod);
        Assert.Equal(1, Fire());
    }

    [Fact]
    public void Fires_when_the_last_one_no_longer_meets_the_condition()
    {
        var pod = new Pod("a");
        Insert(pod);
        pod.Name = "x";
        Session.Update(pod);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Not<Pod>(pod => pod.Name != "x");
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class NotJoined : Shape<NotJoined.Given>
{
    [Fact]
    public void Fires_where_none_belongs_to_it()
    {
        Insert(new Node("n"), new Node("m"), new Pod("p", "n"));
        Fire();
        Fires(1, Matched.Fact<Node>(node => node.Name == "m"));
        Fires(1);
    }

    [Fact]
    public void A_match_is_taken_off_when_a_blocker_comes_before_it_fires()
    {
        Insert(new Node("n"), new Pod("p", "n"));
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node node = null!;
            When().Match(() => node).Not<Pod>(pod => pod.Node == node.Name);
            Then().Do(_ => node.ToString());
        }
    }
}

public sealed class BestOf : Shape<BestOf.Given>
{
    [Fact]
    public void Not_of_the_same_type_finds_the_greatest()
    {
        Insert(new Node("a", 1), new Node("c", 3), new Node("b", 2));
        Fire();
        Fires(1);
        Assert.Equal("c", Last<Node>().Name);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node best = null!;
            When().Match(() => best).Not<Node>(other => other.Size > best.Size);
            Then().Do(_ => best.ToString());
        }
    }
}

public sealed class AllMeet : Shape<AllMeet.Given>
{
    [Fact]
    public void Fires_where_all_meet_it_and_where_there_is_none()
    {
        Assert.Equal(1, Fire());
        var small = new Node("a", 1);
        Insert(new Node("b", 5), small);
        Assert.Equal(0, Fire());
        Session.Retract(small);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().All<Node>(node => node.Size > 2);
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class AllOfSome : Shape<AllOfSome.Given>
{
    [Fact]
    public void Only_those_that_meet_the_first_condition_count()
    {
        var node = new Node("n");
        var pod = new Pod("x", "n") { Cost = 1 };
        Insert(new Pod("p", "n") { Cost = 9 }, new Pod("q", "other"), pod, node);
        Assert.Equal(0, Fire());
        pod.Cost = 8;
        Session.Update(pod);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node node = null!;
            When().Match(() => node).All<Pod>(pod => pod.Node == node.Name, pod => pod.Cost > 5, pod => pod.Name != "y");
            Then().Do(_ => node.ToString());
        }
    }
}

public sealed class ExistsAndNot : Shape<ExistsAndNot.Given>
{
    [Fact]
    public void Both_must_hold()
    {
        Insert(new Pod("a"));
        Assert.Equal(1, Fire());
        Insert(new Node("n"));
        Assert.Equal(0, Fire());
    }

    [Fact]
    public void One_is_not_enough()
    {
        Insert(new Node("n"), new Pod("a"));
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Exists<Pod>().Not<Node>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}
