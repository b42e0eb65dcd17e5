namespace Coral.Policies.Tests.Rules.Parity;

public sealed class Collected : Shape<Collected.Given>
{
    [Fact]
    public void Fires_once_with_all()
    {
        Session.InsertAll([new Pod("a"), new Pod("b"), new Pod("x")]);
        Assert.Equal(1, Fire());
        Assert.Equal(["a", "b"], Last<IEnumerable<Pod>>().Select(pod => pod.Name));
    }

    [Fact]
    public void Fires_with_an_empty_collection() => Assert.Equal(1, Fire());

    [Fact]
    public void Fires_again_when_one_comes_changes_or_goes()
    {
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Insert(new Pod("b"));
        Assert.Equal(1, Fire());
        Session.Update(pod);
        Assert.Equal(1, Fire());
        Session.Retract(pod);
        Assert.Equal(1, Fire());
        Assert.Equal("b", Assert.Single(Last<IEnumerable<Pod>>()).Name);
        Insert(new Pod("x"));
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            When().Query(() => pods, q => q.Match<Pod>(pod => pod.Name != "x").Collect());
            Then().Do(_ => pods.ToString());
        }
    }
}

public sealed class CollectedJoined : Shape<CollectedJoined.Given>
{
    [Fact]
    public void Each_match_has_its_own_collection()
    {
        Insert(new Pod("p", "n"), new Node("n"), new Node("m"), new Pod("q", "n"));
        Fire();
        Fires(1, Matched.Fact<Node>(node => node.Name == "n"), Matched.Fact<IEnumerable<Pod>>(pods => pods.Count() == 2));
        Fires(1, Matched.Fact<Node>(node => node.Name == "m"), Matched.Fact<IEnumerable<Pod>>(pods => !pods.Any()));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node node = null!;
            IEnumerable<Pod> pods = null!;
            When().Match(() => node).Query(() => pods, q => q.Match<Pod>(pod => pod.Node == node.Name).Collect());
            Then().Do(_ => pods.ToString());
        }
    }
}

public sealed class CollectedIfEnough : Shape<CollectedIfEnough.Given>
{
    [Fact]
    public void A_condition_on_the_collection_holds_it_back()
    {
        Insert(new Pod("a"));
        Assert.Equal(0, Fire());
        Insert(new Pod("b"));
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            When().Query(() => pods, q => q.Match<Pod>().Collect().Where(all => all.Count() > 1));
            Then().Do(_ => pods.ToString());
        }
    }
}

public sealed class Grouped : Shape<Grouped.Given>
{
    [Fact]
    public void Fires_once_a_group_and_again_only_for_the_group_that_changed()
    {
        Session.InsertAll([new Pod("p", "n"), new Pod("q", "n"), new Pod("r", "m")]);
        Assert.Equal(2, Fire());
        Insert(new Pod("s", "m"));
        Assert.Equal(1, Fire());
        Assert.Equal("m", Last<IGrouping<string, Pod>>().Key);
        Assert.Equal(["r", "s"], Last<IGrouping<string, Pod>>().Select(pod => pod.Name));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IGrouping<string, Pod> group = null!;
            When().Query(() => group, q => q.Match<Pod>().GroupBy(pod => pod.Node));
            Then().Do(_ => group.ToString());
        }
    }
}

public sealed class GroupedElements : Shape<GroupedElements.Given>
{
    [Fact]
    public void Groups_hold_what_was_chosen_of_each()
    {
        Session.InsertAll([new Pod("p", "n"), new Pod("q", "n")]);
        Fire();
        Assert.Equal(["p", "q"], Last<IGrouping<string, string>>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IGrouping<string, string> group = null!;
            When().Query(() => group, q => q.Match<Pod>().GroupBy(pod => pod.Node, pod => pod.Name).Where(names => names.Count() > 1));
            Then().Do(_ => group.ToString());
        }
    }
}

public sealed class Selected : Shape<Selected.Given>
{
    [Fact]
    public void Fires_for_each_projection_and_again_when_its_fact_changes()
    {
        var pod = new Pod("p", "n");
        Insert(pod, new Pod("q", "m"));
        Assert.Equal(2, Fire());
        pod.Node = "z";
        Session.Update(pod);
        Assert.Equal(1, Fire());
        Assert.Equal("z", Last<string>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            string node = null!;
            When().Query(() => node, q => q.Match<Pod>().Select(pod => pod.Node));
            Then().Do(_ => node.ToString());
        }
    }
}

public sealed class SelectedMany : Shape<SelectedMany.Given>
{
    [Fact]
    public void Fires_for_each_element()
    {
        Insert(new Node("n") { Zones = ["a", "b"] }, new Node("m") { Zones = ["a"] });
        Assert.Equal(3, Fire());
    }

    [Fact]
    public void An_element_that_is_gone_withdraws_what_it_gave()
    {
        var node = new Node("n") { Zones = ["a", "b"] };
        Insert(node);
        Fire();
        node.Zones = ["b"];
        Session.Update(node);
        Fire();
        Assert.Equal(["b"], Session.Query<Note>().Select(note => note.Text));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            string zone = null!;
            When().Query(() => zone, q => q.Match<Node>().SelectMany(node => node.Zones));
            Then().Do(ctx => ctx.TryInsert(new Note(zone))).Undo(ctx => ctx.Retract(new Note(zone)));
        }
    }
}

public sealed class QueryFilter : Shape<QueryFilter.Given>
{
    [Fact]
    public void Where_narrows_what_was_selected()
    {
        Insert(new Pod("p") { Cost = 2 }, new Pod("q") { Cost = 20 });
        Fire();
        Fires(1, Matched.Fact(40));
        Fires(1);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            int twice = 0;
            When().Query(() => twice, q => q.Match<Pod>().Select(pod => pod.Cost * 2).Where(cost => cost > 10));
            Then().Do(_ => twice.ToString());
        }
    }
}

public sealed class FromAlias : Shape<FromAlias.Given>
{
    [Fact]
    public void A_query_may_start_from_a_name()
    {
        Insert(new Node("n") { Zones = ["a", "b", "c"] });
        Fire();
        Fires(3);
        Fires(1, Matched.Fact("b"));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node node = null!;
            string zone = null!;
            When().Match(() => node).Query(() => zone, q => q.From(() => node.Zones).SelectMany(zones => zones));
            Then().Do(_ => zone.ToString());
        }
    }
}

public sealed class OrderedUp : Shape<OrderedUp.Given>
{
    [Fact]
    public void The_collection_is_in_order()
    {
        Session.InsertAll([new Pod("c") { Cost = 3 }, new Pod("a") { Cost = 1 }, new Pod("b") { Cost = 2 }]);
        Fire();
        Assert.Equal(["a", "b", "c"], Last<IEnumerable<Pod>>().Select(pod => pod.Name));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            When().Query(() => pods, q => q.Match<Pod>().Collect().OrderBy(pod => pod.Cost));
            Then().Do(_ => pods.ToString());
        }
    }
}

public sealed class OrderedByTwo : Shape<OrderedByTwo.Given>
{
    [Fact]
    public void A_second_key_orders_equal_ones()
    {
        Session.InsertAll([new Pod("a") { Cost = 1 }, new Pod("c") { Cost = 2 }, new Pod("b") { Cost = 2 }]);
        Fire();
        Assert.Equal(["b", "c", "a"], Last<IEnumerable<Pod>>().Select(pod => pod.Name));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            When().Query(() => pods, q => q.Match<Pod>().Collect().OrderByDescending(pod => pod.Cost).ThenBy(pod => pod.Name));
            Then().Do(_ => pods.ToString());
        }
    }
}

public sealed class LookedUp : Shape<LookedUp.Given>
{
    [Fact]
    public void The_collection_is_a_lookup()
    {
        Session.InsertAll([new Pod("a", "n"), new Pod("b", "m"), new Pod("c", "n")]);
        Assert.Equal(1, Fire());
        Assert.Equal(["n", "m"], Last<IKeyedLookup<string, string>>().Keys);
        Assert.Equal(["a", "c"], Last<IKeyedLookup<string, string>>()["n"]);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IKeyedLookup<string, string> byNode = null!;
            When().Query(() => byNode, q => q.Match<Pod>().Collect().ToLookup(pod => pod.Node, pod => pod.Name));
            Then().Do(_ => byNode.ToString());
        }
    }
}

public sealed class MatchAfterQuery : Shape<MatchAfterQuery.Given>
{
    [Fact]
    public void Later_conditions_use_the_result()
    {
        Session.InsertAll([new Pod("a"), new Pod("b"), new Node("n", 1), new Node("m", 2)]);
        Fire();
        Fires(1);
        Assert.Equal("m", Last<Node>().Name);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            Node node = null!;
            When().Query(() => pods, q => q.Match<Pod>().Collect()).Match(() => node, x => x.Size >= pods.Count());
            Then().Do(_ => node.ToString());
        }
    }
}
