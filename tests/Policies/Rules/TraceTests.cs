namespace Coral.Policies.Tests.Rules;

public sealed class TraceTests
{
    [Fact]
    public void It_tells_each_firing_with_its_facts_and_what_it_inserted()
    {
        var trace = Run(new Machine("a", 5), new Job("t", "a", 9));
        Assert.Equal(
            ["Lost: Job t -> Homeless", "Place: Job t, Machine a -> Placed", "Sum: Machine a -> Load", "TooMuch: Machine a -> Overloaded", "Alarm -> Verdict"],
            trace.Fired.Select(Line));
    }

    [Fact]
    public void It_tells_of_each_rule_that_did_not_fire_the_first_condition_that_failed()
    {
        var missed = Run(new Machine("a", 5), new Machine("b", 0), new Job("t", "a", 2)).NotFired().ToDictionary(one => Short(one.Rule), one => $"{one.Condition} ({one.Because})");
        Assert.Equal("Load: Total is more than machine.Size (it is 2)", missed["TooMuch"]);
        Assert.Equal("some Overloaded (there is none)", missed["Alarm"]);
        Assert.DoesNotContain("Place", missed.Keys);
    }

    [Fact]
    public void It_tells_what_is_missing_where_there_is_no_fact_at_all()
    {
        var missed = Run().NotFired().ToDictionary(one => Short(one.Rule), one => $"{one.Condition} ({one.Because})");
        Assert.Equal("a Job (there is no Job)", missed["Place"]);
        Assert.Equal("some Machine (there is none)", missed["Calm"]);
    }

    [Fact]
    public void It_tells_which_fact_stands_against_a_negation_and_which_breaks_a_generality()
    {
        var overloaded = Run(new Machine("a", 1), new Job("t", "a", 5)).NotFired().Single(one => Short(one.Rule) == "Calm");
        Assert.Equal(("no Overloaded", "there is Overloaded { Machine = a }"), (overloaded.Condition, overloaded.Because));
        var huge = Run(new Machine("a", 9_999), new Job("t", "a", 5_000)).NotFired().Single(one => Short(one.Rule) == "Calm");
        Assert.Equal(("every Load: Total is less than 1000", "not so for Load { Machine = a, Total = 5000 }"), (huge.Condition, huge.Because));
    }

    [Fact]
    public void It_names_enums_strings_and_flags_in_words()
    {
        var session = RuleSets.Compile(new RuleList().Add<Wordy>()).CreateSession();
        var trace = RuleTrace.Start(session);
        session.Insert(new Cell(DayOfWeek.Monday, false, "x"));
        session.Fire();
        Assert.Equal("Cell: Day is Friday (it is Monday)", Said(trace));
        session.RetractAll(session.Query<Cell>());
        session.Insert(new Cell(DayOfWeek.Friday, true, "x"));
        Assert.Equal("Cell: Shut is false ()", Said(trace));
        session.Insert(new Cell(DayOfWeek.Friday, false, "x"));
        Assert.Equal("Cell: Text is \"a\" or Text.StartsWith(\"bb\") ()", Said(trace));

        static string Said(RuleTrace trace) => trace.NotFired().Select(one => $"{one.Condition} ({one.Because})").Single();
    }

    [Fact]
    public void It_tells_what_a_filter_holds_back()
    {
        var session = RuleSets.Compile(new RuleList().Add<HeldBack>()).CreateSession();
        var trace = RuleTrace.Start(session);
        session.Insert(new Machine("a", 1));
        session.Fire();
        Assert.Equal("held: its filter (a filter holds it back)", Assert.Single(trace.NotFired()).ToString());
    }

    private static RuleTrace Run(params object[] facts)
    {
        var session = RuleSets.Compile(Assignment.Rules()).CreateSession();
        var trace = RuleTrace.Start(session);
        session.InsertAll(facts);
        session.Fire();
        return trace;
    }

    private static string Line(FiredRule fired)
    {
        var facts = fired.Facts.Select(fact => fact switch { Job task => $"Job {task.Name}", Machine machine => $"Machine {machine.Name}", _ => null }).Where(text => text is not null);
        var list = string.Join(", ", facts);
        return $"{Short(fired.Rule)}{(list.Length > 0 ? ": " : "")}{list} -> {string.Join(", ", fired.Inserted.Select(fact => fact.GetType().Name))}";
    }

    private static string Short(IRuleDefinition rule) => rule.Name.Split('+', '.')[^1];

    public sealed record Cell(DayOfWeek Day, bool Shut, string Text);

    public sealed class Wordy : Rule
    {
        public override void Define()
        {
            Cell cell = null!;
            When().Match(() => cell, x => x.Day == DayOfWeek.Friday && !x.Shut && (x.Text == "a" || x.Text.StartsWith("bb")));
            Then().Do(_ => cell.ToString());
        }
    }

    [Name("held")]
    public sealed class HeldBack : Rule
    {
        public override void Define()
        {
            Machine machine = null!;
            When().Match(() => machine);
            Filter().Where(() => machine.Size > 5);
            Then().Do(_ => machine.ToString());
        }
    }
}
