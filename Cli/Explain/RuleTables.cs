using Coral.Cli.Output;
using Coral.Policies;

namespace Coral.Cli.Explain;

/// <summary>The way that the rules took, for <c>--rules</c>.</summary>
internal static class RuleTables
{
    internal static void Write(Terminal terminal, Explanation? explanation, int indent)
    {
        if (explanation is null) return;
        terminal.Out.WriteLine();
        Tables.Write(terminal, ["Rule that fired", "Derived"], explanation.Fired.Select(step => new[] { step.Rule, string.Join(", ", step.Derived) }), wraps: ["Derived"], indent);
        terminal.Out.WriteLine();
        Tables.Write(terminal, ["Rule that did not", "It lacked", "Because"], explanation.Missed.Select(rule => new[] { rule.Rule, rule.Condition, rule.Because }), wraps: ["It lacked", "Because"], indent);
    }
}
