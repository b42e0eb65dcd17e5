using Coral.Policies.Rules.Diagnostics;
using Coral.Policies.Rules.Explaining;
using Coral.Policies.Rules.Extensibility;

namespace Coral.Policies.Rules.Running;

/// <summary>
/// A session. Matches of plain rules are found when the fact that completes them comes; whatever else may change a rule's matches marks the rule, and its
/// matches are searched anew at the end of the change and compared with those before. Nothing is kept between conditions but the facts that each asks for.
/// </summary>
internal sealed partial class Session : ISession, IDisposable
{
    private readonly Network network;
    private readonly TablePool pool;
    private readonly Tables tables;
    private readonly Memories memories;
    private readonly Agenda agenda;
    private readonly int limit;
    private readonly FactTable facts;
    private EventHub? events;
    private bool closed;

    /// <summary>How many changes there were: the stamp of the facts that the last one touched.</summary>
    private long clock;

    internal Session(Network network, TablePool pool, int limit, EventHub? all, IDependencyResolver resolver, IActionInterceptor? interceptor)
    {
        this.network = network;
        this.pool = pool;
        this.limit = limit;
        tables = pool.Take();
        facts = tables.Facts;
        memories = tables.Memories;
        branches = tables.Branches;
        dirty = tables.Dirty;
        tuple = tables.Tuple;
        agenda = new Agenda(this, tables.Agenda);
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
        DemandOpen();
        var type = network.For(fact.GetType());
        if (facts.Find(type, fact) is not null) return false;
        clock++;
        var added = NewFact(fact, type, clock);
        facts.Add(added);
        Bring(added);
        Settle();
        return true;
    }

    public bool TryUpdate(object fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        DemandOpen();
        if (Find(fact) is not { Holder: null } known) return false;
        clock++;
        Renew(known, fact);
        Settle();
        return true;
    }

    public bool TryRetract(object fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        DemandOpen();
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
        DemandOpen();
        var type = network.For(typeof(TFact));
        return type.IsSealed ? facts.Of<TFact>(type) : facts.Of<TFact>();
    }

    /// <summary>
    /// Gives the tables back for the next session, unless somebody was given a match, which he may have kept: a listener, a filter or an action.
    /// The session is of no use any more; what it gave out stays what it is.
    /// </summary>
    public void Dispose()
    {
        if (closed) return;
        closed = true;
        if (acting is null && events?.InUse != true && !agenda.HasShown && !context.HasShown) pool.Return(tables);
    }

    internal void DemandOpen() => ObjectDisposedException.ThrowIf(closed, this);

    private Fact NewFact(object? value, FactType type, long stamp)
    {
        var fact = tables.FactStore.Take();
        fact.Value = value;
        fact.Type = type;
        fact.Stamp = stamp;
        return fact;
    }

    private Fact NewValue(object? value, object key, long stamp, int count)
    {
        var fact = NewFact(value, null!, stamp);
        fact.Key = key;
        fact.Count = count;
        return fact;
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
