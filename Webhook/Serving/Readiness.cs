using System.Text;
using Coral.Audit.Shipping;
using Coral.Webhook.Facts;

namespace Coral.Webhook.Serving;

/// <summary>
/// What <c>/readyz</c> says: one line a part. Ready means that decisions can be made and recorded; a search server that is away is said, and does not
/// make us unready, because documents wait in the spool. Thread safe.
/// </summary>
internal sealed class Readiness(IFactsSource facts, Func<ShipperStatus?> shipper)
{
    private volatile bool registered;
    private volatile bool draining;

    /// <summary>Whether the process is on its way out.</summary>
    internal bool IsDraining => draining;

    internal void Registered() => registered = true;

    internal void Drain() => draining = true;

    internal (bool Ready, string Text) Describe()
    {
        var text = new StringBuilder();
        var ready = true;
        foreach (var line in Lines())
        {
            ready &= line.Well;
            text.Append(line.Well ? "[+] " : "[-] ").Append(line.Name).Append(": ").Append(line.Text).Append('\n');
        }

        return (ready, text.Append(ready ? "ready\n" : "not ready\n").ToString());
    }

    private IEnumerable<HealthLine> Lines()
    {
        foreach (var line in facts.Health)
        {
            // Old facts are better than none: only what was never read keeps us from deciding.
            yield return line.Well || facts.Current is null ? line : line with { Well = true };
        }

        yield return new HealthLine("snapshot", facts.Current is not null, facts.Current is null ? "not complete yet" : "complete");
        yield return new HealthLine("registration", registered, registered ? "done" : "not done yet");
        if (shipper() is { } status)
            yield return new HealthLine("search", true, $"{status.State}{(status.Detail.Length > 0 ? ": " + status.Detail : "")}{(status.Lacks.IsEmpty ? "" : "; the server lacks " + string.Join(", ", status.Lacks))}");
        if (draining) yield return new HealthLine("draining", false, "stopping");
    }
}
