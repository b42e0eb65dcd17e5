using System.Collections.Immutable;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Selection;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Facts;

/// <summary>
/// The InjectionPolicy objects of a cluster. A version with a mistake never takes the place of a good one: the last good version goes on to apply, and
/// without one (after a start) none does. Not thread safe but for <see cref="Verdicts"/>.
/// </summary>
internal sealed class PolicyObjects(ILogger logger)
{
    private ImmutableSortedDictionary<string, InjectionPolicy> good = ImmutableSortedDictionary<string, InjectionPolicy>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>What became of each object as it is stored now, by name.</summary>
    internal ImmutableArray<PolicyVerdict> Verdicts { get; private set; } = [];

    /// <summary>The policies that apply, the winning one first.</summary>
    internal ImmutableArray<InjectionPolicy> Read(IEnumerable<JsonElement> items)
    {
        var read = good.Clear();
        var verdicts = new List<PolicyVerdict>();
        foreach (var item in items)
        {
            var name = NamespacedName.Of(item).Name;
            if (InjectionPolicyReader.TryRead(item, out var policy, out var mistakes)) read = read.SetItem(name, policy!);
            else if (good.TryGetValue(name, out var earlier)) read = read.SetItem(name, earlier);
            var verdict = new PolicyVerdict(item, name, string.Join("; ", mistakes.Select(mistake => $"{mistake.Path}: {mistake.Message}")), read.ContainsKey(name));
            verdicts.Add(verdict);
            if (!verdict.Valid && !Verdicts.Any(known => known.Text == verdict.Text)) logger.PolicyNotRead(verdict.Text);
        }

        good = read;
        Verdicts = [.. verdicts.OrderBy(verdict => verdict.Name, StringComparer.Ordinal)];
        return ClusterFacts.Order(read.Values);
    }
}

/// <summary>What became of an InjectionPolicy object as it is stored.</summary>
/// <param name="Object">The object.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mistakes">Empty for a good one.</param>
/// <param name="Applies">Whether a policy of this name applies, be it an earlier version.</param>
internal sealed record PolicyVerdict(JsonElement Object, string Name, string Mistakes, bool Applies)
{
    internal bool Valid => Mistakes.Length == 0;

    /// <summary>For the log and <c>/readyz</c>.</summary>
    internal string Text => Valid ? $"InjectionPolicy {Name} applies" : $"InjectionPolicy {Name} {(Applies ? "has mistakes; its last good version goes on to apply" : "does not apply")}: {Mistakes}";
}
