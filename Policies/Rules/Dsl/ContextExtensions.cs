using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Dsl;

/// <summary>Shorthands of actions.</summary>
public static class ContextExtensions
{
    /// <summary>Changes a fact and tells the session that it changed.</summary>
    public static void Update<T>(this IContext context, T fact, Action<T> updateAction)
        where T : notnull
    {
        updateAction(fact);
        context.Update(fact);
    }
}
