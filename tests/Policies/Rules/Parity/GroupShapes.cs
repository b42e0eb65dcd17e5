namespace Coral.Policies.Tests.Rules.Parity;

public sealed class AndGroup : Shape<AndGroup.Given>
{
    [Fact]
    public void Says_what_its_parts_say()
    {
        Insert(new Pod("p", "n"));
        Assert.Equal(0, Fire());
        Insert(new Node("n"));
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().And(x => x.Match(() => pod).Exists<Node>(node => node.Name == pod.Node));
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class OrGroup : Shape<OrGroup.Given>
{
    [Fact]
    public void One_part_is_enough()
    {
        Insert(new Pod("p"), new Note("go"));
        Assert.Equal(1, Fire());
    }

    [Fact]
    public void Fires_for_each_part_that_holds()
    {
        Insert(new Pod("p"), new Note("go"), new Node("n"));
        Assert.Equal(2, Fire());
    }

    [Fact]
    public void Fires_not_without_any()
    {
        Insert(new Pod("p"));
        Assert.Equal(0, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod).Or(x => x.Exists<Note>(note => note.Text == "go").Exists<Node>());
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class OrOfAnds : Shape<OrOfAnds.Given>
{
    [Fact]
    public void Each_alternative_needs_all_its_parts()
    {
        Insert(new Note("a"), new Node("n"));
        Assert.Equal(0, Fire());
        Insert(new Note("b"));
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Or(x => x
                .And(one => one.Exists<Note>(note => note.Text == "a").Exists<Note>(note => note.Text == "b"))
                .And(two => two.Exists<Node>().Exists<Pod>()));
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class OrThatBinds : Shape<OrThatBinds.Given>
{
    [Fact]
    public void Each_alternative_binds_the_name()
    {
        Insert(new Pod("p"), new WindowsPod("w"), new Node("n"));
        Fire();
        Fires(1, Matched.Fact<Pod>(pod => pod.Name == "p"));
        Fires(1, Matched.Fact<Pod>(pod => pod.Name == "w"));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Or(x => x.Match(() => pod, one => one.Name == "p").Match(() => pod, one => one.Name == "w"));
            Then().Do(_ => pod.Name.ToString());
        }
    }
}

public sealed class OrTwice : Shape<OrTwice.Given>
{
    [Fact]
    public void Alternatives_multiply()
    {
        Insert(new Note("a"), new Note("b"), new Note("c"), new Note("d"));
        Assert.Equal(4, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When()
                .Or(x => x.Exists<Note>(note => note.Text == "a").Exists<Note>(note => note.Text == "b"))
                .Or(x => x.Exists<Note>(note => note.Text == "c").Exists<Note>(note => note.Text == "d"));
            Then().Do(ctx => ctx.ToString());
        }
    }
}
