namespace Coral.Cli.Tests;

/// <summary>Every mistake is one line that says what, where and what to do, and all of them come at once.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("frobnicate", "coral: \"frobnicate\" is no verb of coral; there are: inject, explain, pss, test, audit, kibana, agent, nodes, replay, review, uninstall. See coral --help")]
    [InlineData("audit", "coral: coral audit needs a verb; there are: search, tail, show, verify, key, ship, deadletter. See coral audit --help")]
    [InlineData("audit find", "coral: \"find\" is no verb of coral audit; there are: search, tail, show, verify, key, ship, deadletter. See coral audit --help")]
    [InlineData("agent", "coral: coral agent needs a verb; there are: status. See coral agent --help")]
    [InlineData("agent status --url 9001 -o xml", "coral: -o is \"xml\"; it must be table or json", "coral: --url is \"9001\"; it must be an http URL such as http://127.0.0.1:9001")]
    [InlineData("kibana", "coral: coral kibana needs a verb; there are: import. See coral kibana --help")]
    [InlineData("kibana import --user ada", "coral: --url is needed: Kibana or OpenSearch Dashboards, such as http://127.0.0.1:5601", "coral: --user and --password-file need each other")]
    [InlineData("kibana import --url ftp://x --space No! --api-key-file nowhere -o xml", "coral: -o is \"xml\"; it must be table or json", "coral: --url must be an http or https URL, such as http://127.0.0.1:5601", "coral: --space is \"No!\"; it must be a space's id: small letters, digits, - and _", "coral: --api-key-file nowhere: there is no such file")]
    [InlineData("uninstall --kubeconfig nowhere.yaml --wait long -o xml", "coral: -o is \"xml\"; it must be table or json", "coral: --wait is \"long\"; it must be a length of time such as 30s or 10m", "coral: nowhere.yaml: no such file")]
    [InlineData("explain --frob", "coral: Unrecognized command or argument '--frob'.")]
    [InlineData("explain", "coral: -f is needed: a file with Kubernetes objects, or - for standard input")]
    [InlineData("explain -f nowhere.yaml", "coral: nowhere.yaml: there is no such file")]
    [InlineData("inject -f -", "coral: -: no Kubernetes object in it")]
    [InlineData("review --webhook http://127.0.0.1:1 -f -", "coral: -: no Kubernetes object in it", "coral: --webhook is \"http://127.0.0.1:1\"; it must be an https URL, such as https://127.0.0.1:8443")]
    [InlineData("audit search --limit 0 --outcome lost", "coral: --outcome is \"lost\"; it must be injected, skipped, denied or failed", "coral: --limit is \"0\"; it must be a number above 0")]
    [InlineData("audit search --since yesterday", "coral: --since is \"yesterday\"; it must be an age such as 15m, 1h or 7d, or a time such as 2026-11-21T12:00:00Z")]
    [InlineData("audit search --until soon --field user.name", "coral: --until is \"soon\"; it must be an age such as 15m, 1h or 7d, or a time such as 2026-11-21T12:00:00Z", "coral: --field is \"user.name\"; it must be a field's name and its value, such as coral.injection.policy=default")]
    [InlineData("audit tail --spool nowhere", "coral: nowhere: no such folder; give the --spool folder of a process that runs or ran.")]
    [InlineData("audit tail -f --spool nowhere", "coral: nowhere: no such folder; give the --spool folder of a process that runs or ran.")]
    [InlineData("audit ship", "coral: --spool is needed: the folder with the documents", "coral: --search is needed: the Elasticsearch or OpenSearch to send them to, such as http://127.0.0.1:9200")]
    [InlineData("audit ship --spool nowhere --search http://127.0.0.1:1 --wait long", "coral: --wait is \"long\"; it must be a length of time such as 30s or 10m")]
    [InlineData("audit ship --spool nowhere --search none", "coral: --search is none; it must be an http or https URL, such as http://127.0.0.1:9200")]
    [InlineData("audit ship --spool nowhere --search http://127.0.0.1:1", "coral: nowhere: no such folder; give the --spool folder of a process that runs or ran.")]
    [InlineData("audit ship --spool nowhere --search http://127.0.0.1:1 --search-key-file k --search-user u", "coral: --search-user and --search-password-file go together", "coral: --search-key-file needs --search-cert-file")]
    [InlineData("audit deadletter", "coral: coral audit deadletter needs a verb; there are: list, replay. See coral audit deadletter --help")]
    [InlineData("audit deadletter list --spool nowhere", "coral: nowhere: no such folder; give the --spool folder of a process that runs or ran.")]
    [InlineData("audit verify --key nowhere.pem --checkpoints nowhere --kubeconfig k", "coral: --kubeconfig and --context are for --checkpoints lease:NAMESPACE", "coral: --key nowhere.pem: cannot be read: Could not find file '{here}/nowhere.pem'.", "coral: --checkpoints nowhere: cannot be read: Could not find file '{here}/nowhere'.")]
    [InlineData("audit verify --checkpoints lease: --kubeconfig nowhere.yaml", "coral: --checkpoints is \"lease:\"; it must be lease:NAMESPACE, such as lease:coral-system", "coral: nowhere.yaml: no such file")]
    [InlineData("audit key", "coral: coral audit key needs a verb; there are: show, rotate. See coral audit key --help")]
    [InlineData("audit key show", "coral: FILE is needed: the file of --audit-key, such as run/audit.key")]
    [InlineData("audit key show nowhere.key", "coral: audit key nowhere.key: Could not find file '{here}/nowhere.key'; make it readable for this account")]
    [InlineData("audit show", "coral: an id is needed: of a decision, as coral.io/status of the pod has it, or of a document")]
    [InlineData("audit show id -o wide", "coral: -o is \"wide\"; it must be table or json or yaml")]
    [InlineData("audit verify --spool a --search b -o xml", "coral: --spool and --search exclude each other: decisions are looked for in a folder or on a server", "coral: --search must be one or more http or https URLs, such as http://127.0.0.1:9200, or none", "coral: -o is \"xml\"; it must be table or json")]
    [InlineData("audit verify --search-api-key-file key", "coral: --search-api-key-file is given without --search or --search-cloud-id")]
    [InlineData("audit search --spool a --search b", "coral: --spool and --search exclude each other: decisions are looked for in a folder or on a server", "coral: --search must be one or more http or https URLs, such as http://127.0.0.1:9200, or none")]
    public async Task A_mistake_is_one_line_and_exit_2(string args, params string[] lines)
    {
        var run = await Coral.Run(args.Split(' '));
        Assert.Equal(lines.Select(line => line.Replace("{here}", Environment.CurrentDirectory, StringComparison.Ordinal)), run.Complaints);
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task All_mistakes_of_options_and_files_come_at_once()
    {
        using var folder = new Folder();
        var broken = folder.Write("broken.yaml", "apiVersion: v1\nkind: Pod\nspec: [\n");
        var policy = folder.Write("policy.yaml", "apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {name: p}\nspec: {onMismatch: sometimes, rolout: observe}\n");
        var run = await Coral.Run("inject", "-f", broken, "--level", "high", "--policy", policy, "--server-version", "new", "--node-facts", "debian-5.4", "-o", "xml");
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Out);
        Assert.Equal(
            [
                "coral: --level is \"high\"; it must be privileged, baseline or restricted, with or without a version (baseline:v1.30)",
                "coral: --server-version is \"new\"; it must be like v1.36",
                "coral: --node-facts debian-5.4: there is no such file, and no recorded report of that name; there are: debian-6.1, debian-6.1-confidentiality, debian-6.1-integrity, "
                    + "debian-6.12, debian-6.12-confidentiality, debian-6.12-integrity, debian-7.2, debian-7.2-confidentiality, debian-7.2-integrity",
                "coral: -o is \"xml\"; it must be yaml or json",
            ],
            run.Complaints[..4]);
        Assert.StartsWith($"coral: {broken}:", run.Complaints[4]);
        Assert.All(run.Complaints[5..], line => Assert.StartsWith($"coral: {policy}:4", line));
        Assert.Equal(7, run.Complaints.Length);
    }

    [Fact]
    public async Task Objects_that_are_no_pods_are_named_with_their_line()
    {
        var run = await Coral.RunWith("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n---\nkind: Pod\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  template: {}\n", "explain", "-f", "-");
        Assert.Equal(
            [
                "coral: -:1: Pod/web: spec.containers must be a list of containers",
                "coral: -:5: apiVersion and kind are needed to know what this is",
                "coral: -:11: Deployment/shop: spec.template.spec.containers must be a list of containers",
            ],
            run.Complaints);
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task An_unknown_namespace_is_named_for_each_object()
    {
        const string Pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: nowhere}\nspec: {containers: []}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: []}\n";
        var run = await Coral.RunWith(Pods, "explain", "-f", "-", "--standalone", Coral.Standalone);
        Assert.Equal(
            [
                $"coral: -:1: Pod/a: {Coral.Standalone} has no namespace \"nowhere\"; say another with --namespace",
                $"coral: -:6: Pod/b: {Coral.Standalone} has no namespace \"default\"; say another with --namespace",
            ],
            run.Complaints);
        Assert.Equal(2, run.Code);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("inject --help")]
    [InlineData("explain --help")]
    [InlineData("pss --help")]
    [InlineData("test --help")]
    [InlineData("audit --help")]
    [InlineData("audit search --help")]
    [InlineData("audit tail --help")]
    [InlineData("audit show --help")]
    [InlineData("audit ship --help")]
    [InlineData("audit deadletter list --help")]
    [InlineData("audit deadletter replay --help")]
    [InlineData("audit verify --help")]
    [InlineData("audit key rotate --help")]
    [InlineData("review --help")]
    [InlineData("kibana import --help")]
    [InlineData("agent status --help")]
    [InlineData("uninstall --help")]
    [InlineData("--version")]
    public async Task Help_and_version_exit_with_0(string args)
    {
        var run = await Coral.Run(args.Split(' '));
        Assert.Equal(0, run.Code);
        Assert.Equal("", run.Error);
        Assert.NotEqual("", run.Out);
        Assert.Equal(args.Length > 12 || args.StartsWith("inject", StringComparison.Ordinal) || args.StartsWith("pss", StringComparison.Ordinal) || args.StartsWith("test", StringComparison.Ordinal) || args.StartsWith("review", StringComparison.Ordinal), run.Out.Contains("Example"));
    }
}
