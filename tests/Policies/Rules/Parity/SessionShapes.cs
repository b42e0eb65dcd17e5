namespace Coral.Policies.Tests.Rules.Parity;

public sealed class Identities : Shape<Identities.Given>
{
    [Fact]
    public void Equal_values_are_one_fact()
    {
        Insert(new Note("a"));
        Assert.Throws<ArgumentException>(() => Session.Insert(new Note("a")));
        Assert.False(Session.TryInsert(new Note("a")));
        Assert.Equal(1, Fire());
        Session.Retract(new Note("a"));
        Assert.Empty(Session.Query<Note>());
    }

    [Fact]
    public void A_changed_value_is_another_fact()
    {
        Insert(new Note("a"));
        Assert.Throws<ArgumentException>(() => Session.Update(new Note("b")));
        Assert.Throws<ArgumentException>(() => Session.Retract(new Note("b")));
    }

    [Fact]
    public void An_identity_lets_one_object_take_the_place_of_another()
    {
        Insert(new Report("n", 1));
        Fire();
        Session.Update(new Report("n", 2));
        Assert.Equal(1, Fire());
        Assert.Equal(2, Last<Report>().Number);
        Assert.Single(Session.Query<Report>());
    }

    [Fact]
    public void Many_facts_are_found_as_few_are()
    {
        Session.InsertAll(Enumerable.Range(0, 200).Select(number => new Note("" + number)));
        Assert.False(Session.TryInsert(new Note("177")));
        Assert.Equal(200, Fire());
        Assert.True(Session.TryRetract(new Note("177")));
        Assert.True(Session.TryInsert(new Note("177")));
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Or(x => x.Match<Note>().Match<Report>());
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class Batches : Shape<Batches.Given>
{
    [Fact]
    public void All_or_nothing_unless_said_otherwise()
    {
        Insert(new Note("a"));
        Assert.Throws<ArgumentException>(() => Session.InsertAll([new Note("b"), new Note("a")]));
        Assert.Single(Session.Query<Note>());
        Assert.Equal(1, Session.TryInsertAll([new Note("b"), new Note("a")]).FailedCount);
        Assert.Single(Session.Query<Note>());
        Assert.Equal([new Note("a")], Session.TryInsertAll([new Note("b"), new Note("a"), new Note("c")], BatchOptions.SkipFailed).Failed);
        Assert.Equal(3, Fire());
    }

    [Fact]
    public void Many_are_updated_and_removed_together()
    {
        var pods = new[] { new Note("a"), new Note("b") };
        Session.InsertAll(pods);
        Fire();
        Session.UpdateAll(pods);
        Assert.Equal(2, Fire());
        Assert.Throws<ArgumentException>(() => Session.RetractAll([pods[0], new Note("z")]));
        Session.RetractAll(pods);
        Assert.Empty(Session.Query<object>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Note>();
            Then().Do(ctx => ctx.ToString());
        }
    }
}

public sealed class FailingAction : Shape<FailingAction.Given>
{
    [Fact]
    public void An_exception_is_wrapped_and_what_was_changed_stays()
    {
        Insert(new Pod("a"));
        var thrown = Assert.Throws<RuleRhsExpressionEvaluationException>(() => Session.Fire());
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
        Assert.Equal([new Note("before")], Session.Query<Note>());
    }

    [Fact]
    public void A_listener_may_handle_it()
    {
        Session.Events.RhsExpressionFailedEvent += (_, args) => args.IsHandled = true;
        Insert(new Pod("a"));
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.Insert(new Note("before"))).Do(_ => Fail());
        }

        private static void Fail() => throw new InvalidOperationException("no");
    }
}

public sealed class FailingCondition : Shape<FailingCondition.Given>
{
    [Fact]
    public void An_exception_is_wrapped()
    {
        Insert(new Node("n"));
        var thrown = Assert.Throws<RuleLhsExpressionEvaluationException>(() => Session.Insert(new Pod("a") { Cost = 0 }));
        Assert.IsType<DivideByZeroException>(thrown.InnerException);
    }

    [Fact]
    public void Handled_it_counts_as_false()
    {
        Session.Events.LhsExpressionFailedEvent += (_, args) => args.IsHandled = true;
        Insert(new Node("n"), new Pod("a") { Cost = 0 }, new Pod("b") { Cost = 1 });
        Assert.Equal(1, Fire());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Node node = null!;
            When().Match(() => node).Match<Pod>(pod => node.Size / pod.Cost > 0);
            Then().Do(_ => node.ToString());
        }
    }
}

public sealed class FailingFilter : Shape<FailingFilter.Given>
{
    [Fact]
    public void An_exception_is_wrapped() => Assert.Throws<AgendaExpressionEvaluationException>(() => Session.Insert(new Pod("a") { Cost = 0 }));

    public sealed class Given : Rule
    {
        public override void Define()
        {
            Pod pod = null!;
            When().Match(() => pod);
            Filter().Where(() => 1 / pod.Cost > 0);
            Then().Do(_ => pod.ToString());
        }
    }
}

public sealed class Services : Shape<Services.Given>
{
    [Fact]
    public void Actions_use_what_the_resolver_gives()
    {
        Session.DependencyResolver = new Resolver();
        Insert(new Pod("a"));
        Fire();
        Assert.Equal(["service"], Session.Query<string>());
    }

    public interface IService
    {
        string Text { get; }
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            IService service = null!;
            Dependency().Resolve(() => service);
            When().Match<Pod>();
            Then().Do(ctx => ctx.Insert(service.Text));
        }
    }

    private sealed class Resolver : IDependencyResolver, IService
    {
        public string Text => "service";

        public object Resolve(IResolutionContext context, Type serviceType) => serviceType == typeof(IService) ? this : throw new InvalidOperationException();
    }
}

public sealed class Intercepted : Shape<Intercepted.Given>
{
    [Fact]
    public void An_interceptor_decides_which_actions_run()
    {
        Session.ActionInterceptor = new OnlyTheFirst();
        Insert(new Pod("a"));
        Assert.Equal(1, Fire());
        Assert.Equal([new Note("first")], Session.Query<Note>());
    }

    public sealed class Given : Rule
    {
        public override void Define()
        {
            When().Match<Pod>();
            Then().Do(ctx => ctx.Insert(new Note("first"))).Do(ctx => ctx.Insert(new Note("second")));
        }
    }

    private sealed class OnlyTheFirst : IActionInterceptor
    {
        public void Intercept(IContext context, IReadOnlyCollection<IActionInvocation> actions) => actions.First().Invoke();
    }
}

public sealed class Listened : Shape<Listened.Given>
{
    [Fact]
    public void Listeners_hear_in_order()
    {
        var heard = new List<string>();
        Session.Events.FactInsertingEvent += (_, args) => heard.Add($"inserting {args.Fact.Value}");
        Session.Events.FactInsertedEvent += (_, args) => heard.Add($"inserted {args.Fact.Value}");
        Session.Events.FactUpdatedEvent += (_, args) => heard.Add($"updated {args.Fact.Value}");
        Session.Events.FactRetractedEvent += (_, args) => heard.Add($"retracted {args.Fact.Value}");
        Session.Events.ActivationCreatedEvent += (_, _) => heard.Add("created");
        Session.Events.ActivationUpdatedEvent += (_, _) => heard.Add("changed");
        Session.Events.ActivationDeletedEvent += (_, _) => heard.Add("deleted");
        Session.Events.RuleFiringEvent += (_, _) => heard.Add("firing");
        Session.Events.RuleFiredEvent += (_, args) => heard.Add($"fired {args.Facts.Count()}");
        var pod = new Pod("a");
        Insert(pod);
        Fire();
        Session.Update(pod);
        Session.Retract(pod);
        Assert.Equal(
            ["inserting pod a", "created", "inserted pod a", "firing", "fired 1", "updated pod a", "changed", "retracted pod a", "deleted"],
            heard);
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
