namespace Coral.Policies.Tests.Rules;

public sealed class LoadingTests
{
    [Fact]
    public void Rules_are_chosen_by_tag_into_a_named_set()
    {
        var repository = new RuleRepository(new RuleList().Add<TaggedRule>().Add<PlainRule>());
        repository.Load(x => x.From(typeof(TaggedRule), typeof(PlainRule)).Where(rule => rule.IsTagged("chosen")).To("set"));
        var set = Assert.Single(repository.GetRuleSets());
        Assert.Equal("set", set.Name);
        var rule = Assert.Single(set.Rules);
        Assert.Equal(("tagged", "What it is for.", 7, RuleRepeatability.NonRepeatable), (rule.Name, rule.Description, rule.Priority, rule.Repeatability));
        Assert.Equal(["chosen", "inherited"], rule.Tags);
    }

    [Fact]
    public void A_second_filter_or_set_is_a_mistake()
    {
        var repository = new RuleRepository(new RuleList());
        Assert.Throws<InvalidOperationException>(() => repository.Load(x => x.Where(_ => true).Where(_ => true)));
        Assert.Throws<InvalidOperationException>(() => repository.Load(x => x.To("a").To("b")));
    }

    [Fact]
    public void A_named_type_that_can_not_be_loaded_is_a_mistake()
    {
        var repository = new RuleRepository(new RuleList());
        Assert.Throws<ArgumentException>(() => repository.Load(x => x.From(typeof(string))));
        Assert.Throws<ArgumentException>(() => repository.Load(x => x.From(typeof(Hidden))));
    }

    [Fact]
    public void An_assembly_gives_its_public_rules_only()
    {
        var repository = new RuleRepository();
        repository.Load(x => x.From(typeof(LoadingTests).Assembly).Where(rule => rule.RuleType.Namespace == typeof(LoadingTests).Namespace));
        Assert.Equal(["Coral.Policies.Tests.Rules.PlainRule", "tagged"], repository.GetRules().Select(rule => rule.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_rule_is_stated_inside_Define_only() => Assert.Throws<InvalidOperationException>(() => new Outside().Speak());

    [Fact]
    public void A_rule_that_can_not_be_built_is_named()
    {
        var repository = new RuleRepository(new RuleList().Add<Broken>());
        var thrown = Assert.Throws<RuleDefinitionException>(() => repository.Load(x => x.From(scan => scan.Type(typeof(Broken)).NestedTypes())));
        Assert.Contains("Broken", thrown.Message);
    }

    [Fact]
    public void A_dependency_in_a_condition_is_a_mistake()
    {
        var thrown = Assert.Throws<RuleDefinitionException>(() => RuleSets.Compile(new RuleList().Add<UsesService>()));
        Assert.Contains("service is a dependency", thrown.Message);
    }

    [Fact]
    public void A_rule_that_is_not_on_the_list_is_named()
    {
        var repository = new RuleRepository(new RuleList());
        Assert.Throws<RuleActivationException>(() => repository.Load(x => x.From(typeof(PlainRule))));
    }

    [Fact]
    public async Task Sessions_of_one_factory_run_on_many_threads()
    {
        var factory = RuleSets.Compile(Assignment.Rules());
        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(thread => Task.Run(() => Run(factory))));
        Assert.All(all, result => Assert.Equal(all[0], result));

        static int Run(ISessionFactory factory)
        {
            var session = factory.CreateSession();
            session.InsertAll([new Machine("a", 5), new Job("t", "a", 9), new Job("u", "z", 1)]);
            return session.Fire();
        }
    }

    public sealed class Outside : Rule
    {
        public override void Define()
        {
        }

        public void Speak() => When();
    }

    public sealed class Broken : Rule
    {
        public override void Define() => When().Or(_ => { });
    }

    public sealed class UsesService : Rule
    {
        public override void Define()
        {
            IFormatProvider service = null!;
            Dependency().Resolve(() => service);
            When().Match<Machine>(machine => machine.Name == service.ToString());
            Then().Do(ctx => ctx.ToString());
        }
    }

    private sealed class Hidden : Rule
    {
        public override void Define() => When().Match<Machine>();
    }
}

[Tag("inherited")]
public abstract class TaggedBase : Rule;

[Name("tagged")]
[Description("What it is for.")]
[Priority(7)]
[Repeatability(RuleRepeatability.NonRepeatable)]
[Tag("chosen")]
public sealed class TaggedRule : TaggedBase
{
    public override void Define()
    {
        When().Match<Machine>();
        Then().Do(ctx => ctx.ToString());
    }
}

public sealed class PlainRule : Rule
{
    public override void Define()
    {
        When().Match<Machine>();
        Then().Do(ctx => ctx.ToString());
    }
}
