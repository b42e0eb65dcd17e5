using Coral.Policies.Rules.Diagnostics;
using Coral.Policies.Rules.Extensibility;

namespace Coral.Policies.Rules.Running;

internal sealed class SessionFactory(Network network, int limit) : ISessionFactory
{
    private readonly EventHub events = new(null);
    private readonly TablePool pool = new(network);

    public IEventProvider Events => events;

    internal Network Network => network;

    public IDependencyResolver DependencyResolver { get; set; } = NoDependencies.Instance;

    public IActionInterceptor? ActionInterceptor { get; set; }

    public ISession CreateSession() => new Session(network, pool, limit, events, DependencyResolver, ActionInterceptor);

    public ISession CreateSession(Action<ISession> initializationAction)
    {
        var session = CreateSession();
        initializationAction(session);
        return session;
    }
}
