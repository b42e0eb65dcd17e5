using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.Rules;

/// <summary>A session that is disposed gives its room to the next, and nothing else.</summary>
public sealed class ReuseTests
{
    private static readonly object[] Some = [new Machine("a", 5), new Machine("b", 1), new Job("t", "a", 9), new Job("u", "c", 1)];

    [Fact]
    public void Whatever_was_before_a_session_does_what_a_first_one_does()
    {
        var used = RuleSets.Compile(Assignment.Rules());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(PropertyTests.AnyFacts, Arb.From(Gen.Choose(0, 9)), (facts, firings) =>
        {
            // One that is left halfway, and one that takes facts back.
            using (var open = Open(used, out var session))
            {
                session.InsertAll(facts);
                session.Fire(firings);
                session.RetractAll(facts.Take(facts.Length / 2));
            }

            return Run(used, facts).SequenceEqual(Run(RuleSets.Compile(Assignment.Rules()), facts));
        }));
    }

    [Fact]
    public void A_disposed_session_refuses_everything()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var session = factory.CreateSession();
        var (trace, fired) = (RuleTrace.Start(session), FiredRules.Of(session));
        session.InsertAll(Some);
        ((IDisposable)session).Dispose();
        Action[] all =
        [
            () => session.Insert(new Machine("z", 1)), () => session.TryInsertAll(Some), () => session.Update(Some[0]), () => session.UpdateAll(Some), () => session.Retract(Some[0]),
            () => session.RetractAll(Some), () => session.Fire(), () => session.PropagateLinked(), () => session.Query<Machine>(), () => session.Query<object>(), () => session.Agenda.Peek(),
            () => _ = session.Agenda.IsEmpty, () => trace.NotFired(), () => _ = fired.Names,
        ];
        Assert.All(all, act => Assert.Throws<ObjectDisposedException>(act));
    }

    [Fact]
    public void A_session_disposed_twice_gives_its_room_to_one_session_only()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var session = (IDisposable)factory.CreateSession();
        session.Dispose();
        session.Dispose();
        var (one, other) = (factory.CreateSession(), factory.CreateSession());
        one.Insert(new Machine("a", 1));
        Assert.Empty(other.Query<Machine>());
    }

    [Fact]
    public void Listeners_filters_and_traces_do_not_outlive_their_session()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var heard = 0;
        RuleTrace trace;
        using (Open(factory, out var session))
        {
            trace = RuleTrace.Start(session);
            session.Events.RuleFiredEvent += (_, _) => heard++;
            session.Agenda.AddFilter(new Never());
            session.InsertAll(Some);
            Assert.Equal(0, session.Fire());
        }

        Assert.NotEmpty(Run(factory, Some));
        Assert.Equal((0, 0), (heard, trace.Fired.Count()));
    }

    [Fact]
    public void A_match_that_a_listener_kept_stays_what_it_was()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var kept = new List<IMatch>();
        using (Open(factory, out var session))
        {
            session.Events.RuleFiredEvent += (_, args) => kept.Add(args.Match);
            session.InsertAll(Some);
            session.Fire();
        }

        var before = kept.ConvertAll(Line);
        Run(factory, [new Machine("other", 1), new Job("strange", "other", 7)]);
        Assert.Equal(before, kept.ConvertAll(Line));
    }

    [Fact]
    public void A_match_that_an_action_kept_stays_what_it_was()
    {
        var factory = RuleSets.Compile(new RuleList().Add<Keeping>());
        var kept = new Kept();
        using (Open(factory, out var session))
        {
            session.InsertAll([kept, new Machine("a", 1)]);
            session.Fire();
        }

        Run(factory, [new Kept(), new Machine("other", 1)]);
        Assert.Contains("Machine { Name = a, Size = 1 }", Line(kept.Match!));
    }

    [Fact]
    public void What_a_rule_computes_later_is_computed_of_its_own_facts()
    {
        var factory = RuleSets.Compile(new RuleList().Add<Later>());
        IEnumerable<string> late;
        using (Open(factory, out var session))
        {
            session.InsertAll([new Machine("a", 1), new Machine("b", 2), new Machine("c", 3)]);
            session.Fire();
            late = session.Query<Names>().Single(names => names.Of == "b").Smaller;
        }

        Run(factory, [new Machine("x", 9), new Machine("y", 8)]);
        Assert.Equal(["a<b"], late);
    }

    [Fact]
    public void A_session_that_failed_halfway_leaves_nothing()
    {
        var factory = RuleSets.Compile(new RuleList().Add<Failing>());
        using (Open(factory, out var session))
        {
            session.Insert(new Machine("a", 1));
            Assert.Throws<RuleLhsExpressionEvaluationException>(() => session.Insert(new Machine("", 0)));
        }

        Assert.Equal(["Note { Text = a }"], Run(factory, [new Machine("a", 1)]).Where(line => line.StartsWith("Note", StringComparison.Ordinal)));
    }

    [Fact]
    public void Room_for_more_facts_than_are_kept_is_no_error()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var many = Enumerable.Range(0, 300).Select(i => (object)new Job($"t{i}", "a", i)).Append(new Machine("a", 5)).ToArray();
        var first = Run(factory, many);
        Assert.Equal(first, Run(factory, many));
        Assert.Equal(Run(RuleSets.Compile(Assignment.Rules()), Some), Run(factory, Some));
    }

    [Fact]
    public void Facts_of_a_disposed_session_are_not_held()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var facts = RunAndForget(factory);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.DoesNotContain(facts, fact => fact.TryGetTarget(out _));
        GC.KeepAlive(factory);
    }

    [Fact]
    public void Sessions_of_many_threads_do_not_meet()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        object[][] inputs = [Some, [.. Some.Take(2)], [.. Some.Skip(2)], [new Job("v", "b", 1), new Machine("b", 3)]];
        var expected = inputs.Select(input => Run(RuleSets.Compile(Assignment.Rules()), input)).ToArray();
        Parallel.For(0, 4_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i % 4], Run(factory, inputs[i % 4])));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference<object>> RunAndForget(ISessionFactory factory)
    {
        object[] facts = [new Machine("gone", 1), new Job("gone", "gone", 3)];
        using (Open(factory, out var session))
        {
            session.InsertAll(facts);
            session.Fire();
            return [.. session.Query<object>().Select(fact => new WeakReference<object>(fact))];
        }
    }

    private static IDisposable? Open(ISessionFactory factory, out ISession session)
    {
        session = factory.CreateSession();
        return session as IDisposable;
    }

    private static List<string> Run(ISessionFactory factory, object[] facts)
    {
        using (Open(factory, out var session))
        {
            session.InsertAll(facts);
            var fired = session.Fire();
            return [$"{fired} firings", .. session.Query<object>().Select(fact => fact.ToString()!)];
        }
    }

    private static string Line(IMatch match) => $"{match.Rule.Name}: {string.Join(", ", match.Facts.Select(fact => fact.Value))}";

    public sealed record Note(string Text);

    public sealed record Names(string Of, IEnumerable<string> Smaller);

    public sealed class Kept
    {
        public IMatch? Match { get; set; }

        public void Keep(IMatch match) => Match = match;
    }

    private sealed class Never : IAgendaFilter
    {
        public bool Accept(AgendaContext context, IMatch match) => false;
    }

    public sealed class Keeping : Rule
    {
        public override void Define()
        {
            Kept kept = null!;
            When().Match(() => kept).Match<Machine>();
            Then().Do(context => kept.Keep(context.Match));
        }
    }

    public sealed class Later : Rule
    {
        public override void Define()
        {
            Machine machine = null!;
            IEnumerable<Machine> all = null!;
            When().Match(() => machine).Query(() => all, q => q.Match<Machine>().Collect());
            Then().Yield(_ => new Names(machine.Name, all.Where(other => other.Size < machine.Size).Select(other => other.Name + "<" + machine.Name)));
        }
    }

    public sealed class Failing : Rule
    {
        public override void Define()
        {
            Machine machine = null!;
            When().Match(() => machine, x => 10 / x.Size > 0);
            Then().Yield(_ => new Note(machine.Name));
        }
    }
}
