using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Testing;
using Coral.Webhook.Facts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests;

/// <summary>A folder of facts is read anew when it changes, and a bad one never takes the place of a good one.</summary>
public sealed class StandaloneFactsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-facts-").FullName;
    private readonly FakeTimeProvider time = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_changed_folder_is_read_anew_once_it_is_quiet()
    {
        Write("a.yaml", Namespace("shop"));
        using var facts = Open();
        Write("b.yaml", Policy("one"));

        Look();
        Assert.Empty(facts.Current.Policies);
        Look();
        Assert.Equal("one", Assert.Single(facts.Current.Policies).Name);
        Assert.Equal(new PolicyCounts(1, 0), facts.Policies);

        File.Delete(Path.Combine(folder, "b.yaml"));
        Look();
        Look();
        Assert.Empty(facts.Current.Policies);
        Assert.True(facts.Current.Namespaces.ContainsKey("shop"));
    }

    [Fact]
    public void A_bad_folder_leaves_what_was_read_and_is_told_until_it_is_mended()
    {
        Write("a.yaml", Policy("one"));
        using var facts = Open();
        Write("b.yaml", Policy("two").Replace("{}", "{rollout: maybe, priority: high}", StringComparison.Ordinal));
        Look();
        Look();

        Assert.Equal("one", Assert.Single(facts.Current.Policies).Name);
        Assert.Equal(new PolicyCounts(1, 1), facts.Policies);
        Assert.Equal(2, facts.Health.Count(line => line.Text.Contains("b.yaml", StringComparison.Ordinal) && line.Text.Contains("goes on to apply", StringComparison.Ordinal)));
        Assert.All(facts.Health, line => Assert.True(line.Well));

        Write("b.yaml", Policy("two"));
        Look();
        Look();
        Assert.Equal(["one", "two"], facts.Current.Policies.Select(policy => policy.Name));
        Assert.Single(facts.Health);
    }

    [Fact]
    public void A_report_that_expires_in_a_hundred_years_counts_and_no_timer_has_to_wait_for_it()
    {
        Write("a.yaml", "apiVersion: coral.io/v1alpha1\nkind: NodeCapability\nnode: a\nexpiresAt: \"2126-11-21T12:00:00Z\"\n");
        using var facts = Open();
        time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(FloorReason.NothingProved, facts.Current.Nodes.FloorFor(default, default, Strategy.Common).Reason);
    }

    [Fact]
    public void A_folder_that_did_not_change_is_not_read_again()
    {
        Write("a.yaml", Policy("one"));
        using var facts = Open();
        var before = facts.Current;
        for (var i = 0; i < 10; i++) Look();
        Assert.Same(before, facts.Current);
    }

    [Fact]
    public void A_link_that_is_swapped_as_ConfigMaps_do_it_counts_as_a_change()
    {
        foreach (var (version, policy) in new[] { ("..v1", "one"), ("..v2", "two") })
        {
            Directory.CreateDirectory(Path.Combine(folder, version));
            Write(Path.Combine(version, "policy.yaml"), Policy(policy));
            File.SetLastWriteTimeUtc(Path.Combine(folder, version, "policy.yaml"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "..v1");
        File.CreateSymbolicLink(Path.Combine(folder, "policy.yaml"), Path.Combine("..data", "policy.yaml"));
        using var facts = Open();
        Assert.Equal("one", Assert.Single(facts.Current.Policies).Name);

        Directory.CreateSymbolicLink(Path.Combine(folder, "..next"), "..v2");
        Directory.Delete(Path.Combine(folder, "..data"));
        Directory.Move(Path.Combine(folder, "..next"), Path.Combine(folder, "..data"));
        Look();
        Look();
        Assert.Equal("two", Assert.Single(facts.Current.Policies).Name);
    }

    [Fact]
    public void A_folder_that_is_gone_leaves_what_was_read()
    {
        Write("a.yaml", Policy("one"));
        using var facts = Open();
        Directory.Delete(folder, recursive: true);
        Look();
        Look();
        Assert.Equal("one", Assert.Single(facts.Current.Policies).Name);
        Assert.Equal(1, facts.Policies.Invalid);

        Directory.CreateDirectory(folder);
        Write("a.yaml", Policy("two"));
        Look();
        Look();
        Assert.Equal("two", Assert.Single(facts.Current.Policies).Name);
    }

    [Fact]
    public void Cases_of_a_test_are_no_facts()
    {
        Write("a.yaml", Policy("one"));
        Write("a.test.yaml", Policy("invented") + "---\napiVersion: test.coral.io/v1alpha1\nkind: DecisionTest\n");
        using var facts = Open();
        Assert.Equal("one", Assert.Single(facts.Current.Policies).Name);
    }

    [Fact]
    public void A_bad_folder_at_the_start_is_refused_with_all_mistakes()
    {
        Write("a.yaml", Policy("one").Replace("{}", "{rollout: maybe, priority: high}", StringComparison.Ordinal));
        Assert.Equal(2, Assert.Throws<BundleException>(Open).Problems.Length);
    }

    private StandaloneFacts Open() => StandaloneFacts.Read(folder, null, time, NullLoggerFactory.Instance);

    private void Look() => time.Advance(StandaloneFacts.LookEvery);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static string Namespace(string name) => $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n";

    private static string Policy(string name) => $"apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {{name: {name}}}\nspec: {{}}\n";
}
