using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Selection;

/// <summary>
/// The ordered policies of a snapshot, found by what they ask for: a policy that names a namespace, a label with its value, an account or an owner is looked
/// at only for pods that have it, so that policies which cannot match cost next to nothing, however many they are. Immutable and thread safe.
/// </summary>
internal sealed class PolicyIndex
{
    private readonly ImmutableArray<InjectionPolicy> policies;
    private readonly FrozenSet<string> excluded;
    private readonly Buckets<string> namespaces = new();
    private readonly Buckets<(string, string)> namespaceLabels = new();
    private readonly Buckets<(string, string)> podLabels = new();
    private readonly Buckets<string> accounts = new();
    private readonly Buckets<string> owners = new();
    private readonly List<int> others = [];

    internal PolicyIndex(ImmutableArray<InjectionPolicy> policies)
    {
        this.policies = policies;
        excluded = policies.SelectMany(policy => policy.ExcludedNamespaces).ToFrozenSet(StringComparer.Ordinal);
        foreach (var (place, policy) in policies.Index()) Sort(policy.Match, place);
    }

    /// <summary>Whether any policy excludes the namespace, be it for this pod or not.</summary>
    internal bool Excludes(string name) => excluded.Contains(name);

    /// <summary>The first policy, in their order, whose every part holds.</summary>
    internal InjectionPolicy? Find(JsonElement pod, NamespaceFacts scope)
    {
        if (policies.IsEmpty) return null;
        var subject = new PolicySubject(pod, scope);
        var best = FirstIn(others, ref subject, policies.Length);
        best = FirstIn(namespaces.Of(scope.Name), ref subject, best);
        if (namespaceLabels.Any)
        {
            foreach (var (key, value) in scope.Labels) best = FirstIn(namespaceLabels.Of((key, value)), ref subject, best);
        }

        if (podLabels.Any)
        {
            foreach (var label in subject.Labels)
            {
                if (label.Value.AsText() is { } value) best = FirstIn(podLabels.Of((label.Name, value)), ref subject, best);
            }
        }

        if (accounts.Any) best = FirstIn(accounts.Of(subject.Account), ref subject, best);
        if (owners.Any) best = FirstIn(owners.Of(subject.Owner), ref subject, best);
        return best < policies.Length ? policies[best] : null;
    }

    /// <summary>The place of the first policy of a bucket that matches, if it comes before <paramref name="best"/>.</summary>
    private int FirstIn(List<int> bucket, ref PolicySubject subject, int best)
    {
        foreach (var place in bucket)
        {
            if (place >= best) return best;
            if (subject.Is(policies[place].Match)) return place;
        }

        return best;
    }

    /// <summary>Puts a policy where the part that says most finds it. Which part that is decides about speed only: the whole match is asked in any case.</summary>
    private void Sort(PolicyMatch match, int place)
    {
        if (match.Namespaces is { Names.Length: > 0 } named) namespaces.Add(named.Names, place);
        else if (Pairs(match.Namespaces?.Selector) is { } ofNamespace) namespaceLabels.Add(ofNamespace, place);
        else if (Pairs(match.Pods) is { } ofPod) podLabels.Add(ofPod, place);
        else if (match.ServiceAccounts.Length > 0) accounts.Add(match.ServiceAccounts, place);
        else if (match.Owners.Length > 0) owners.Add(match.Owners, place);
        else others.Add(place);
    }

    /// <summary>The labels of which a selector asks for one; null when it asks for none by value.</summary>
    private static IEnumerable<(string, string)>? Pairs(LabelSelector? selector)
    {
        if (selector is null) return null;
        foreach (var requirement in selector.Requirements)
        {
            if (requirement.Operator == LabelOperator.In) return requirement.Values.Select(value => (requirement.Key, value));
        }

        return null;
    }

    /// <summary>Places of policies by key, in their order.</summary>
    private sealed class Buckets<T>
        where T : notnull
    {
        private static readonly List<int> None = [];
        private readonly Dictionary<T, List<int>> places = [];

        internal bool Any => places.Count > 0;

        internal List<int> Of(T key) => places.GetValueOrDefault(key, None);

        internal void Add(IEnumerable<T> keys, int place)
        {
            foreach (var key in keys.Distinct())
            {
                if (!places.TryGetValue(key, out var list)) places.Add(key, list = []);
                list.Add(place);
            }
        }
    }
}
