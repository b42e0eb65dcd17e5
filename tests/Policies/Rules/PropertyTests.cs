using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.Rules;

/// <summary>What holds for any facts.</summary>
public sealed class PropertyTests
{
    private static readonly ISessionFactory Factory = RuleSets.Compile(Assignment.Rules());
    private static readonly ISessionFactory Backwards = RuleSets.Compile(Assignment.Rules(backwards: true));

    private static readonly Gen<object> AnyFact = Gen.OneOf(
        from name in Gen.Elements("a", "b", "c", "d") from size in Gen.Choose(0, 6) select (object)new Machine(name, size),
        from name in Gen.Choose(0, 5) from machine in Gen.Elements("a", "b", "c", "d", "e") from cost in Gen.Choose(0, 4) select (object)new Job($"t{name}", machine, cost));

    /// <summary>Facts, one a name as in a cluster.</summary>
    internal static readonly Arbitrary<object[]> AnyFacts = Arb.From(
        from facts in Gen.ListOf(AnyFact) select facts.DistinctBy(fact => fact is Job task ? task.Name : ((Machine)fact).Name).ToArray());

    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void The_same_facts_in_any_order_give_the_same_result() =>
        Check.One(Quick, Prop.ForAll(AnyFacts, Arb.From(Gen.Choose(0, int.MaxValue)), (facts, seed) => Derive(Factory, facts).SequenceEqual(Derive(Factory, Shuffled(facts, seed)))));

    [Fact]
    public void Rules_loaded_in_another_order_fire_in_the_same_order() =>
        Check.One(Quick, Prop.ForAll(AnyFacts, facts => Firings(Factory, facts).SequenceEqual(Firings(Backwards, facts))));

    [Fact]
    public void One_by_one_or_at_once_gives_the_same_result() =>
        Check.One(Quick, Prop.ForAll(AnyFacts, facts => Derive(Factory, facts).SequenceEqual(Derive(Factory, facts, oneByOne: true))));

    [Fact]
    public void Firing_again_does_nothing() =>
        Check.One(Quick, Prop.ForAll(AnyFacts, facts =>
        {
            var session = Factory.CreateSession();
            session.InsertAll(facts);
            session.Fire();
            var before = All(session);
            return session.Fire() == 0 && before.SequenceEqual(All(session));
        }));

    [Fact]
    public void Removing_facts_leaves_what_the_others_would_have_given() =>
        Check.One(Quick, Prop.ForAll(AnyFacts, Arb.From(Gen.Choose(0, int.MaxValue)), (facts, seed) =>
        {
            var shuffled = Shuffled(facts, seed);
            var session = Factory.CreateSession();
            session.InsertAll(facts);
            session.Fire();
            foreach (var gone in shuffled.Take(facts.Length / 2))
            {
                session.Retract(gone);
                session.Fire();
            }

            return All(session).SequenceEqual(Derive(Factory, [.. shuffled.Skip(facts.Length / 2)]));
        }));

    [Fact]
    public void Removing_all_facts_withdraws_all_that_was_derived() =>
        Check.One(Quick, Prop.ForAll(AnyFacts, facts =>
        {
            var session = Factory.CreateSession();
            session.InsertAll(facts);
            session.Fire();
            session.RetractAll(facts);
            return !session.Query<object>().Any();
        }));

    private static string[] Derive(ISessionFactory factory, object[] facts, bool oneByOne = false)
    {
        var session = factory.CreateSession();
        if (!oneByOne) session.InsertAll(facts);
        foreach (var fact in oneByOne ? facts : [])
        {
            session.Insert(fact);
            session.Fire();
        }

        session.Fire();
        return All(session);
    }

    private static List<string> Firings(ISessionFactory factory, object[] facts)
    {
        var fired = new List<string>();
        var session = factory.CreateSession();
        session.Events.RuleFiredEvent += (_, args) => fired.Add($"{args.Rule.Name} {string.Join(", ", args.Facts.Select(fact => fact.Value as IEnumerable<Job> is { } many ? string.Join(";", many) : fact.Value))}");
        session.InsertAll(facts);
        session.Fire();
        return fired;
    }

    private static string[] All(ISession session) => [.. session.Query<object>().Select(fact => fact.ToString()!).Order(StringComparer.Ordinal)];

    private static object[] Shuffled(object[] facts, int seed)
    {
        var shuffled = facts.ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
