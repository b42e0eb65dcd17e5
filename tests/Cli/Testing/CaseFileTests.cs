namespace Coral.Cli.Tests.Testing;

/// <summary>Reading case files: every mistake of every file at once, with its place; and what each setting means.</summary>
public sealed class CaseFileTests
{
    private const string Head = "apiVersion: test.coral.io/v1alpha1\nkind: DecisionTest\n";

    private const string Shop = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {coral.io/inject: \"true\", pod-security.kubernetes.io/enforce: privileged}}\n";

    private const string Pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: web, image: web}]}}";

    [Fact]
    public async Task Every_mistake_of_every_file_comes_at_once()
    {
        using var folder = new Folder();
        var run = await Test(folder, ("a.test.yaml", Head + """
            abuot: a typo
            facts: [nowhere, {apiVersion: v1, kind: Namespace, metadata: {}}, {apiVersion: v1, kind: LimitRanges}, {kind: List, apiVersion: v1, items: [4]}]
            request: {call: ask, user: 7}
            cases:
              - name: twice
                objects: [Pod/wbe, {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}, {apiVersion: v1, kind: Service}]
                expect: {reason: level-baselin, outcome: Injected, variant: ebpf, level: high, patchHash: 12, candidates: {full: chosen, restricted: choosen}, pod: {spec: 1}}
              - name: twice
                policies: [{metadata: {name: p}, spec: {onMismatch: sometimes}}]
                expect: {}
              - {name: three, objects: [missing.yaml], expect: {outcome: , variant: none}, serverVersion: new, now: today, probedLevel: low, namespace: Shop}
              - 4
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec: {containers: [{name: web, image: web}]}
            """), ("b.test.yaml", "kind: DecisionTest\napiVersion: test.coral.io/v1\ncases: []\n"), ("c.test.yaml", Shop[4..]), ("d.test.yaml", "cases: [\n"));
        Assert.Equal((2, ""), (run.Code, run.Out));
        Golden.Check("test-mistakes.txt", run.Error.Replace(folder.Path, "DATA", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("test", "PATH is needed: a case file, or a folder with case files (*.test.yaml) under it")]
    [InlineData("test nowhere", "nowhere: there is no such file")]
    [InlineData("test FOLDER", "FOLDER: no case file in it; their names end in .test.yaml")]
    [InlineData("test FOLDER -o xml", "-o is \"xml\"; it must be table or json or junit", "FOLDER: no case file in it; their names end in .test.yaml")]
    public async Task Nothing_to_test_is_bad_input(string args, params string[] lines)
    {
        using var folder = new Folder();
        folder.Write("policy.yaml", "apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {name: p}\nspec: {}\n");
        var run = await Coral.Run([.. args.Split(' ').Select(word => word.Replace("FOLDER", folder.Path, StringComparison.Ordinal))]);
        Assert.Equal(lines.Select(line => "coral: " + line.Replace("FOLDER", folder.Path, StringComparison.Ordinal)), run.Complaints);
        Assert.Equal((2, ""), (run.Code, run.Out));
    }

    [Fact]
    public async Task A_filter_that_fits_no_case_is_bad_input()
    {
        using var folder = new Folder();
        folder.Write("a.test.yaml", Head + "cases: [{name: one, objects: [" + Pod + "], expect: {outcome: injected}}]\n" + Shop);
        var run = await Coral.Run("test", folder.Path, "--filter", "two");
        Assert.Equal((2, "coral: --filter two: no case has this in its name or in the path of its file\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task Cases_may_stand_in_the_folder_of_their_facts()
    {
        using var folder = new Folder();
        folder.Write("policy.yaml", "apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {name: careful}\nspec: {rollout: observe}\n");
        var run = await Test(folder, ("policy.test.yaml", Head + "facts: [.]\ncases: [{name: one, objects: [" + Pod + "], expect: {reason: rollout-observe, policy: careful}}]\n" + Shop));
        Assert.True(run.Code == 0, run.Out + run.Error);
        Assert.Contains("policies: 1 of 1 matched by a case\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_may_be_JSON_and_hold_several_documents()
    {
        using var folder = new Folder();
        const string Document = """{"apiVersion":"test.coral.io/v1alpha1","kind":"DecisionTest","facts":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}}],"objects":[{"apiVersion":"v1","kind":"Pod","spec":{"containers":[]}}],"cases":[{"name":"c","namespace":"n","expect":{"reason":"not-opted-in"}}]}""";
        var run = await Test(folder, ("a.test.json", Document + "\n" + Document));
        Assert.True(run.Code == 0, run.Out + run.Error);
        Assert.EndsWith("2 cases in 1 file: 2 passed, 0 failed\n", run.Out);
    }

    [Theory]
    [InlineData("policies: [{metadata: {name: shared}, spec: {rollout: annotate}}]", "policy: shared, reason: rollout-annotate")]
    [InlineData("policies: [{metadata: {name: other}, spec: {priority: 2}}]", "policy: other, outcome: injected")]
    [InlineData("facts: [{apiVersion: v1, kind: Namespace, metadata: {name: shop}}]", "reason: not-opted-in, policy: none")]
    [InlineData("namespace: {labels: {coral.io/inject: null}}", "reason: not-opted-in")]
    [InlineData("namespace: elsewhere", "outcome: failed, reason: namespace-unknown")]
    [InlineData("namespace: {name: elsewhere, labels: {coral.io/inject: \"true\"}}", "reason: rollout-observe, origin: assumed")]
    [InlineData("serverVersion: v1.28", "form: regular")]
    [InlineData("request: {operation: DELETE}", "reason: not-a-pod-create")]
    [InlineData("request: {subresource: status}", "reason: not-a-pod-create")]
    [InlineData("request: {resource: deployments.apps}", "reason: not-a-pod-create")]
    public async Task A_case_is_laid_over_the_top_of_its_document(string settings, string expect)
    {
        using var folder = new Folder();
        var run = await Test(folder, ("a.test.yaml", $$$"""
            {{{Head}}}policies: [{metadata: {name: shared}, spec: {rollout: observe}}]
            objects: [{{{Pod}}}]
            cases:
              - name: as at the top
                expect: {reason: rollout-observe, policy: shared, form: native, patch: []}
              - name: with a word of its own
                {{{settings}}}
                expect: { {{{expect}}} }
            {{{Shop}}}
            """));
        Assert.True(run.Code == 0, run.Out + run.Error);
    }

    [Fact]
    public async Task A_report_is_as_fresh_as_the_clock_of_the_case_says()
    {
        using var folder = new Folder();
        var facts = string.Join(", ", new[] { "ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp" }.Select(name => $"\"{name}\": {{state: ok, minimal: {{state: ok}} }}"));
        var run = await Test(folder, ("a.test.yaml", $$$"""
            {{{Head}}}facts: [{apiVersion: coral.io/v1alpha1, kind: NodeCapability, node: node-a, expiresAt: "2026-11-21T12:00:01Z", facts: { {{{facts}}} }}]
            objects: [{{{Pod}}}]
            cases:
              - {name: now, expect: {variant: ebpf-minimal}}
              - {name: later, now: "2026-11-21T12:00:02Z", expect: {reason: stale-report}}
            {{{Shop}}}
            """));
        Assert.True(run.Code == 0, run.Out + run.Error);
    }

    [Fact]
    public async Task The_same_facts_may_stand_in_two_documents_but_not_twice_in_one()
    {
        using var folder = new Folder();
        var run = await Test(folder, ("a.test.yaml", Head + "facts: [{apiVersion: v1, kind: Namespace, metadata: {name: shop}}]\ncases: [{name: one, objects: [" + Pod + "], expect: {outcome: skipped}}]\n" + Shop));
        Assert.Equal($"coral: {Path.Combine(folder.Path, "a.test.yaml")}:3: facts[0].metadata.name: Namespace \"shop\" stands already in {Path.Combine(folder.Path, "a.test.yaml")}:6\n", run.Error);
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task The_case_file_of_the_documentation_passes()
    {
        using var folder = new Folder();
        var blocks = Docs.Pages.Blocks("docs/operations/test-policies.md").Where(block => block.Language == "yaml").ToList();
        Directory.CreateDirectory(Path.Combine(folder.Path, "policies"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "cases"));
        var run = await Test(folder, ("policies/tenants.yaml", blocks[1].Text), ("cases/tenants.test.yaml", blocks[0].Text));
        Assert.True(run.Code == 0, run.Out + run.Error);
        Assert.Contains("policies: 1 of 1 matched by a case\n3 cases", run.Out, StringComparison.Ordinal);
    }

    private static Task<Run> Test(Folder folder, params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files) folder.Write(name, text);
        return Coral.Run("test", folder.Path);
    }
}
