using Coral.Policies.Rules.Diagnostics;
using Coral.Policies.Rules.Explaining;
using Coral.Policies.Rules.Extensibility;

namespace Coral.Policies.Rules.Running;

/// <summary>
/// A session. Matches of plain rules are found when the fact that completes them comes; whatever else may change a rule's matches marks the rule, and its
/// matches are searched anew at the end of the change and compared with those before. Nothing is kept between conditions but the facts that each asks for.
/// </summary>
internal sealed partial class Session : ISession
{
    private readonly Network network;
    private readonly AlphaMemory[] memories;
    private readonly Agenda agenda;
    private readonly int limit;
    private readonly FactTable facts;
    private EventHub? events;

    /// <summary>How many changes there were: the stamp of the facts that the last one touched.</summary>
    private long clock;

    internal Session(Network network, int limit, EventHub? all, IDependencyResolver resolver, IActionInterceptor? interceptor)
    {
        this.network = network;
        this.limit = limit;
        facts = new FactTable(network.TypesSeen);
        memories = new AlphaMemory[network.Alphas.Length];
        branches = new BranchState[network.Branches.Length];
        dirty = new ulong[(network.Branches.Length + 63) / 64];
        tuple = new Fact[network.Width];
        agenda = new Agenda(this, network.Levels);
        context = new ActionContext(this);
        events = all?.InUse == true ? new EventHub(all) : null;
        DependencyResolver = resolver;
        ActionInterceptor = interceptor;
        foreach (var branch in network.FromNothing) Mark(branch);
    }

    public IAgenda Agenda => agenda;

    public IEventProvider Events => events ??= new EventHub(null);

    public IDependencyResolver DependencyResolver { get; set; }

    public IActionInterceptor? ActionInterceptor { get; set; }

    public bool AutoPropagateLinkedFacts { get; set; } = true;

    internal Network Network => network;

    internal RuleTrace? Trace { get; set; }

    public void Insert(object fact)
    {
        if (!TryInsert(fact)) throw new ArgumentException($"The fact is known already: {fact}", nameof(fact));
    }

    public bool TryInsert(object fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        var type = network.For(fact.GetType());
        if (facts.Find(type, fact) is not null) return false;
        clock++;
        var added = new Fact(fact, clock) { Type = type };
        facts.Add(added);
        Bring(added);
        Settle();
        return true;
    }

    public bool TryUpdate(object fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (Find(fact) is not { Holder: null } known) return false;
        clock++;
        Renew(known, fact);
        Settle();
        return true;
    }

    public bool TryRetract(object fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (Find(fact) is not { Holder: null } known) return false;
        clock++;
        Withdraw(known);
        Settle();
        return true;
    }

    public void Update(object fact)
    {
        if (!TryUpdate(fact)) throw new ArgumentException($"The fact is unknown, or a rule's match holds it: {fact}", nameof(fact));
    }

    public void Retract(object fact)
    {
        if (!TryRetract(fact)) throw new ArgumentException($"The fact is unknown, or a rule's match holds it: {fact}", nameof(fact));
    }

    public IEnumerable<TFact> Query<TFact>()
    {
        var found = new List<TFact>();
        foreach (var fact in facts.Items)
        {
            if (fact.Value is TFact value) found.Add(value);
        }

        return found;
    }

    private Fact? Find(object value) => facts.Find(network.For(value.GetType()), value);

    private void Bring(Fact fact)
    {
        events?.Inserting(this, fact);
        Enter(fact);
        events?.Inserted(this, fact);
        if (acting is not null) Trace?.Inserted(fact.Value!);
    }

    private void Renew(Fact fact, object value)
    {
        facts.Replace(fact, value);
        fact.Stamp = clock;
        events?.Updating(this, fact);
        Change(fact);
        events?.Updated(this, fact);
    }

    private void Withdraw(Fact fact)
    {
        events?.Retracting(this, fact);
        facts.Remove(fact);
        Leave(fact);
        events?.Retracted(this, fact);
    }
}
