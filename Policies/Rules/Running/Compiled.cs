using System.Linq.Expressions;
using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Running;

/// <summary>
/// An expression of a rule, compiled when it is first run, because most rules of a set never get that far. Two threads may compile one at once, and either
/// result will do.
/// </summary>
internal sealed class Compiled<T>(Expression<T> lambda)
    where T : Delegate
{
    private T? run;

    internal T Run => run ??= TupleReads.Freed(lambda).Compile();
}
