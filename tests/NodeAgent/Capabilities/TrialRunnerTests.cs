using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Native;
using Coral.Policies.Nodes;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Capabilities;

/// <summary>The runner against processes that misbehave: shell scripts that speak the protocol of <see cref="TrialProcess"/>.</summary>
public sealed class TrialRunnerTests : IDisposable
{
    private const string Hello = """echo '{"capabilities":0,"memlock":"not-needed"}';""";

    private static readonly string[] Facts = ["a", "b", "c"];

    private readonly string folder = Directory.CreateTempSubdirectory("coral-trial").FullName;

    [Fact]
    public async Task A_trial_that_hangs_is_killed_and_the_others_go_on()
    {
        var run = await Run(
            $$"""
            echo $$ > {{folder}}/$1
            {{Hello}}
            for fact; do
              printf '{"begin":"%s"}\n' $fact
              [ $fact != b ] || exec sleep 1000
              echo '{"state":"ok","micros":7,"method":"load"}'
            done
            """,
            limitSeconds: 3);

        Assert.Equal([FactState.Ok, FactState.Error, FactState.Ok], new[] { "a", "b", "c" }.Select(name => run.Trials[name].State));
        Assert.Equal(Errno.ETIMEDOUT, run.Trials["b"].Errno);
        Assert.Equal("no answer within 3 s; its process was killed", run.Trials["b"].Method);
        Assert.Equal("not-needed", run.Memlock);
        var hung = File.ReadAllText($"{folder}/a").Trim();
        await Eventually.Async(() => Task.FromResult(!File.Exists($"/proc/{hung}/cmdline") || File.ReadAllText($"/proc/{hung}/cmdline").Length == 0), TimeSpan.FromSeconds(30), "the process is gone");
    }

    [Fact]
    public async Task A_trial_whose_process_dies_says_how_and_the_others_go_on()
    {
        var run = await Run(
            $$"""
            {{Hello}}
            for fact; do
              printf '{"begin":"%s"}\n' $fact
              [ $fact != b ] || { echo oops >&2; exit 9; }
              echo '{"state":"denied","errno":1,"micros":7,"method":"load"}'
            done
            """);

        Assert.Equal("its process ended with code 9: oops", run.Trials["b"].Method);
        Assert.Equal([FactState.Denied, FactState.Error, FactState.Denied], new[] { "a", "b", "c" }.Select(name => run.Trials[name].State));
    }

    [Fact]
    public async Task A_process_that_says_nothing_and_ends_well_is_not_started_for_ever()
    {
        var run = await Run("exit 0");

        Assert.Empty(run.Trials);
    }

    [Fact]
    public async Task A_process_that_gave_all_answers_is_not_waited_for_and_does_not_stay_for_ever()
    {
        var runner = Runner(
            $$"""
            echo $$ > {{folder}}/pid
            {{Hello}}
            for fact; do printf '{"begin":"%s"}\n{"state":"ok","micros":7,"method":"load"}\n' $fact; done
            exec sleep 1000
            """,
            limitSeconds: 1);

        var run = await runner.RunAsync(Facts, null, CancellationToken.None);

        Assert.All(Facts, name => Assert.Equal(FactState.Ok, run.Trials[name].State));
        var process = $"/proc/{File.ReadAllText($"{folder}/pid").Trim()}/cmdline";
        Assert.True(File.Exists(process), "the answers are there before the process has ended");
        await runner.EndedAsync();
        await Eventually.Async(() => Task.FromResult(!File.Exists(process) || File.ReadAllText(process).Length == 0), TimeSpan.FromSeconds(30), "the process is gone");
    }

    [Fact]
    public async Task What_a_process_with_more_capabilities_than_it_should_have_says_does_not_count()
    {
        var run = await Run("""echo '{"capabilities":2097152,"memlock":"needed"}'; echo '{"begin":"a"}'; echo '{"state":"ok","micros":7,"method":"load"}'""", capabilities: 1UL << 39);

        Assert.All(["a", "b", "c"], name => Assert.Equal(("the process could not give up its other capabilities", FactState.Error), (run.Trials[name].Method, run.Trials[name].State)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<TrialRun> Run(string script, int limitSeconds = 60, ulong? capabilities = null) => Runner(script, limitSeconds).RunAsync(Facts, capabilities, CancellationToken.None);

    private static TrialRunner Runner(string script, int limitSeconds) => new(["/bin/sh", "-c", script, "sh"], TimeSpan.FromSeconds(limitSeconds), TimeProvider.System);
}
