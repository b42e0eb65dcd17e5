namespace Coral.Policies.Tests.Rules;

// A small problem with most kinds of conditions: pods on nodes, a verdict for each. What it derives does not depend on the order of facts.
public sealed record Machine(string Name, int Size);

public sealed record Job(string Name, string Machine, int Cost);

public sealed record Placed(string Job, string Machine);

public sealed record Homeless(string Job);

public sealed record Load(string Machine, int Total);

public sealed record Overloaded(string Machine);

public sealed record Verdict(string Text);

internal static class Assignment
{
    internal static RuleList Rules(bool backwards = false)
    {
        var rules = new RuleList();
        return backwards
            ? rules.Add<Calm>().Add<Alarm>().Add<TooMuch>().Add<Sum>().Add<Lost>().Add<Place>()
            : rules.Add<Place>().Add<Lost>().Add<Sum>().Add<TooMuch>().Add<Alarm>().Add<Calm>();
    }

    public sealed class Place : Rule
    {
        public override void Define()
        {
            Job task = null!;
            Machine machine = null!;
            When().Match(() => task).Match(() => machine, x => x.Name == task.Machine);
            Then().Yield(_ => new Placed(task.Name, machine.Name));
        }
    }

    public sealed class Lost : Rule
    {
        public override void Define()
        {
            Job task = null!;
            When().Match(() => task).Not<Placed>(placed => placed.Job == task.Name);
            Then().Yield(_ => new Homeless(task.Name));
        }
    }

    [Priority(-1)]
    public sealed class Sum : Rule
    {
        public override void Define()
        {
            Machine machine = null!;
            IEnumerable<Job> tasks = null!;
            When().Match(() => machine).Query(() => tasks, q => q.Match<Job>(task => task.Machine == machine.Name).Collect());
            Then().Yield(_ => new Load(machine.Name, tasks.Sum(task => task.Cost)));
        }
    }

    [Priority(-2)]
    public sealed class TooMuch : Rule
    {
        public override void Define()
        {
            Machine machine = null!;
            Load load = null!;
            When().Match(() => machine).Match(() => load, x => x.Machine == machine.Name, x => x.Total > machine.Size);
            Then().Yield(_ => new Overloaded(load.Machine));
        }
    }

    [Priority(-3)]
    public sealed class Alarm : Rule
    {
        public override void Define()
        {
            When().Or(x => x.Exists<Overloaded>().And(y => y.Exists<Homeless>().Not<Overloaded>()));
            Then().Yield(_ => new Verdict("alarm"));
        }
    }

    [Priority(-3)]
    public sealed class Calm : Rule
    {
        public override void Define()
        {
            When().Exists<Machine>().All<Load>(load => load.Total < 1_000).Not<Overloaded>().Not<Homeless>();
            Then().Yield(_ => new Verdict("calm"));
        }
    }
}
