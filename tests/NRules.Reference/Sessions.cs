using NRules.AgendaFilters;
using NRules.Diagnostics;
using NRules.Extensibility;
using NRules.RuleModel;

namespace NRules;

public enum BatchOptions
{
    AllOrNothing = 0,
    SkipFailed = 1,
}

public interface IFactResult
{
    int FailedCount { get; }

    IReadOnlyCollection<object> Failed { get; }
}

public interface IAgenda
{
    bool IsEmpty { get; }

    IMatch Peek();

    void Clear();

    void AddFilter(IAgendaFilter filter);

    void AddFilter(IRuleDefinition definition, IAgendaFilter filter);
}

public interface ISession
{
    IAgenda Agenda { get; }

    IEventProvider Events { get; }

    IDependencyResolver DependencyResolver { get; set; }

    IActionInterceptor? ActionInterceptor { get; set; }

    bool AutoPropagateLinkedFacts { get; set; }

    void Insert(object fact);

    void InsertAll(IEnumerable<object> facts);

    bool TryInsert(object fact);

    IFactResult TryInsertAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing);

    void Update(object fact);

    void UpdateAll(IEnumerable<object> facts);

    bool TryUpdate(object fact);

    IFactResult TryUpdateAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing);

    void Retract(object fact);

    void RetractAll(IEnumerable<object> facts);

    bool TryRetract(object fact);

    IFactResult TryRetractAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing);

    void PropagateLinked();

    int Fire();

    int Fire(CancellationToken cancellationToken);

    int Fire(int maxRulesNumber);

    int Fire(int maxRulesNumber, CancellationToken cancellationToken);

    IEnumerable<TFact> Query<TFact>();
}

public interface ISessionFactory
{
    IEventProvider Events { get; }

    IDependencyResolver DependencyResolver { get; set; }

    IActionInterceptor? ActionInterceptor { get; set; }

    ISession CreateSession();

    ISession CreateSession(Action<ISession> initializationAction);
}

public class RuleCompiler
{
    public ISessionFactory Compile(IEnumerable<IRuleDefinition> ruleDefinitions) => throw null!;

    public ISessionFactory Compile(IEnumerable<IRuleSet> ruleSets) => throw null!;
}

public static class RuleRepositoryExtensions
{
    public static ISessionFactory Compile(this IRuleRepository repository) => throw null!;

    public static ISessionFactory Compile(this IRuleRepository repository, CancellationToken cancellationToken) => throw null!;
}

public class RuleExpressionEvaluationException : Exception
{
    public string Expression => throw null!;
}

public class RuleLhsExpressionEvaluationException : RuleExpressionEvaluationException
{
    public string RuleName => throw null!;
}

public class RuleRhsExpressionEvaluationException : RuleExpressionEvaluationException
{
    public string RuleName => throw null!;
}

public class AgendaExpressionEvaluationException : RuleExpressionEvaluationException
{
    public string RuleName => throw null!;
}
