namespace Coral.Policies.Tests.Rules.Parity;

public sealed class OneFact : Shape<OneFact.Given>
{
    [Fact]
    public void Fires_for_each_fact_that_meets_the_condition()
    {
        Insert(new Pod("a"), new Pod("b"), new Pod("x"));
        Assert.Equal(2, Fire());
        Fires(1, Matched.Fact<Pod>(pod => pod.Name == "a"));
        Fires(1, Matched.Fact<Pod>(pod => pod.Name == "b"));
    }

    [Fact]
    public void Fires_not_without_facts() => Assert.Equal(0, Fire());

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod, x => x.Name != "x");
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class SeveralConditions : Shape<SeveralConditions.Given>
{
    [Fact]
    public void Fires_only_where_all_hold()
    {
        Insert(new Pod("a", "n"), new Pod("a", "m"), new Pod("b", "n"));
        Fire();
        Fires(1, Matched.Fact<Pod>(pod => pod.Name == "a" && pod.Node == "n"));
        Fires(1);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod, x => x.Name == "a", x => x.Node == "n");
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class JoinOfTwo : Shape<JoinOfTwo.Given>
{
    [Fact]
    public void Fires_for_each_pair_that_belongs_together_in_any_order_of_arrival()
    {
        Insert(new Pod("p", "n"), new Node("n"), new Node("m"), new Pod("q", "m"), new Pod("r", "none"));
        Fire();
        Fires(2);
        Fires(1, Matched.Fact<Pod>(pod => pod.Name == "q"), Matched.Fact<Node>(node => node.Name == "m"));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            Node node = null!;
            When().Match(() => pod).Match(() => node, x => x.Name == pod.Node);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class EveryPair : Shape<EveryPair.Given>
{
    [Fact]
    public void Fires_for_each_combination()
    {
        Insert(new Pod("p"), new Node("n"), new Pod("q"), new Node("m"), new Node("o"));
        Assert.Equal(6, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>().Match<Node>();
            Then().Do(ctx => ctx.Match.ToString());
        }
    }
}

public sealed class SelfJoin : Shape<SelfJoin.Given>
{
    [Fact]
    public void Fires_once_a_pair_of_two_facts_of_one_type()
    {
        Session.InsertAll([new Pod("a"), new Pod("b"), new Pod("c")]);
        Fire();
        Fires(3);
        Insert(new Pod("d"));
        Assert.Equal(3, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod first = null!, second = null!;
            When().Match(() => first).Match(() => second, x => string.CompareOrdinal(first.Name, x.Name) < 0);
            Then().Do(_ => first.ToString());
        }
    }
}

public sealed class SameFactTwice : Shape<SameFactTwice.Given>
{
    [Fact]
    public void One_fact_may_stand_in_two_places()
    {
        Insert(new Pod("a"));
        Assert.Equal(1, Fire());
        Insert(new Pod("b"));
        Assert.Equal(3, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod first = null!, second = null!;
            When().Match(() => first).Match(() => second);
            Then().Do(_ => (first.Name + second.Name).ToString());
        }
    }
}

public sealed class ThreeWayJoin : Shape<ThreeWayJoin.Given>
{
    [Fact]
    public void Later_conditions_use_all_earlier_names()
    {
        Insert(new Note("p@n"), new Node("n"), new Pod("p", "n"), new Pod("q", "n"), new Note("q@m"));
        Fire();
        Fires(1);
        Assert.Equal(new Note("p@n"), Last<Note>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            Node node = null!;
            Note note = null!;
            When().Match(() => pod).Match(() => node, x => x.Name == pod.Node).Match(() => note, x => x.Text == pod.Name + "@" + node.Name);
            Then().Do(_ => note.ToString());
        }
    }
}

public sealed class BaseType : Shape<BaseType.Given>
{
    [Fact]
    public void A_derived_fact_matches()
    {
        Insert(new WindowsPod("w"), new Pod("p"));
        Assert.Equal(2, Fire());
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

public sealed class DerivedType : Shape<DerivedType.Given>
{
    [Fact]
    public void A_base_fact_does_not_match()
    {
        Insert(new WindowsPod("w"), new Pod("p"));
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            WindowsPod pod = null!;
            When().Match(() => pod);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class InterfaceType : Shape<InterfaceType.Given>
{
    [Fact]
    public void Facts_of_any_class_match_by_interface()
    {
        Insert(new Pod("x"), new Node("x"), new Node("y"), new Note("x"));
        Assert.Equal(2, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            INamed named = null!;
            When().Match(() => named, x => x.Name == "x");
            Then().Do(_ => named.ToString());
        }
    }
}

public sealed class ObjectType : Shape<ObjectType.Given>
{
    [Fact]
    public void Object_sees_all()
    {
        Insert(new Pod("x"), new Note("n"), 17);
        Assert.Equal(3, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<object>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class ValueTypeFact : Shape<ValueTypeFact.Given>
{
    [Fact]
    public void A_number_is_a_fact()
    {
        Insert(3, 30);
        Fire();
        Fires(1, Matched.Fact(30));
        Fires(1);
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            int number = 0;
            When().Match(() => number, x => x > 10);
            Then().Do(_ => number.ToString());
        }
    }
}

public sealed class CapturedConstant : Shape<CapturedConstant.Given>
{
    [Fact]
    public void A_local_that_is_no_alias_is_a_constant()
    {
        Insert(new Pod("a"), new Pod("b"));
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            var wanted = "b";
            Pod pod = null!;
            When().Match(() => pod, x => x.Name == wanted);
            Then().Do(_ => pod.ToString());
        }
    }
}
