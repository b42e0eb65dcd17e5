namespace Coral.Policies.Tests.Rules.Parity;

public sealed class LetValue : Shape<LetValue.Given>
{
    [Fact]
    public void A_computed_value_has_a_name()
    {
        Insert(new Pod("a") { Cost = 3 }, new Pod("b") { Cost = 1 });
        Fire();
        Fires(1, Matched.Fact("a:6"));
        Fires(1);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            int twice = 0;
            string text = null!;
            When().Match(() => pod).Let(() => twice, () => pod.Cost * 2).Having(() => twice > 4).Let(() => text, () => pod.Name + ":" + twice);
            Then().Do(_ => text.ToString());
        }
    }
}

public sealed class LetOfCollection : Shape<LetOfCollection.Given>
{
    [Fact]
    public void A_value_of_a_collection_is_computed_anew_when_it_changes()
    {
        Insert(new Pod("a") { Cost = 3 });
        Fire();
        Assert.Equal(3, Last<int>());
        Insert(new Pod("b") { Cost = 4 });
        Fire();
        Assert.Equal(7, Last<int>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            int total = 0;
            When().Query(() => pods, q => q.Match<Pod>().Collect()).Let(() => total, () => pods.Sum(pod => pod.Cost));
            Then().Do(_ => total.ToString());
        }
    }
}

public sealed class HavingOverJoin : Shape<HavingOverJoin.Given>
{
    [Fact]
    public void All_of_it_must_hold()
    {
        Insert(new Pod("p") { Cost = 2 }, new Node("n", 3), new Node("tiny", 1), new Node("huge", 99));
        Fire();
        Fires(1);
        Assert.Equal("n", Last<Node>().Name);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            Node node = null!;
            When().Match(() => pod).Match(() => node).Having(() => node.Size >= pod.Cost, () => node.Size < 10 * pod.Cost);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class HavingAggregate : Shape<HavingAggregate.Given>
{
    [Fact]
    public void A_match_is_gone_when_the_sum_falls()
    {
        var pod = new Pod("a") { Cost = 6 };
        Insert(new Pod("b") { Cost = 6 }, pod);
        Session.Retract(pod);
        Assert.Equal(0, Fire());
        Insert(pod);
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IEnumerable<Pod> pods = null!;
            When().Query(() => pods, q => q.Match<Pod>().Collect()).Having(() => pods.Sum(pod => pod.Cost) > 10);
            Then().Do(_ => pods.ToString());
        }
    }
}
