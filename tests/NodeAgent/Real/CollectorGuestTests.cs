using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Coral.NodeAgent.Tests.Collectors;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The collectors of the published agent under other kernels, in the same guests as the probe: work whose numbers are known, and the kernel's own counters.</summary>
[Collection(GuestCollection.Name)]
public sealed class CollectorGuestTests(AgentFixture fixture)
{
    [AgentTheory]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    [InlineData("sid")]
    public async Task The_verifier_takes_no_more_steps_than_were_recorded(string suite)
    {
        var steps = (await fixture.Run(suite, "")).Sections["verifier"].Split('\n').Select(line => line.Split(' ')).ToList();

        Assert.DoesNotContain(steps, words => words[1] == "refused");
        VerifierSteps.Check(Guest.Kernel(suite), steps.ToDictionary(words => words[0], words => uint.Parse(words[1], CultureInfo.InvariantCulture), StringComparer.Ordinal));
    }

    [AgentTheory]
    [InlineData("bookworm", "")]
    [InlineData("bookworm", "confidentiality")]
    [InlineData("trixie", "")]
    [InlineData("trixie", "confidentiality")]
    [InlineData("sid", "")]
    [InlineData("sid", "confidentiality")]
    public async Task What_is_counted_on_another_kernel_is_exact(string suite, string lockdown)
    {
        var sections = (await fixture.Run(suite, lockdown)).Sections;

        Assert.Equal("0", sections["work"]);
        Assert.StartsWith("0\n", sections["agent"], StringComparison.Ordinal);
        Assert.True(sections["documents"].Length > 0, sections["agent"]);
        var documents = sections["documents"].Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        // Under lockdown no program may read memory by address, so exec and http_latency are not among them.
        string[] byAddress = lockdown.Length == 0 ? KnownWork.RecordsByAddress : [];
        Assert.Equal(KnownWork.Records.Concat(byAddress).Order(StringComparer.Ordinal), KnownWork.RecordsOf(documents));
        Assert.Equal(lockdown.Length == 0 ? KnownWork.Http : [], KnownWork.HttpOf(documents));
        Assert.Equal(KnownWork.Tcp, KnownWork.TcpOf(documents));
        Assert.Equal(KnownWork.Kernel, KnownWork.KernelOf(sections["tcp before"], sections["tcp after"]));
        Assert.All(documents, document => Assert.Equal((Guest.Container, Guest.Pod), (document.GetProperty("container").GetProperty("id").GetString(), document.GetProperty("kubernetes").GetProperty("pod").GetProperty("uid").GetString())));
        foreach (var books in documents.Where(document => KnownWork.Action(document) == "collector-account"))
        {
            var counts = books.GetProperty("coral").GetProperty("collector").EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Number).ToDictionary(field => field.Name, field => field.Value.GetInt64(), StringComparer.Ordinal);
            Assert.Equal(counts["seen"], counts.Values.Sum() - counts["seen"]);
            var kept = counts["filtered"] + counts["aggregated"] + counts["emitted"];
            // Under lockdown the number of a tracepoint can't be read: where a task waits that was preempted in a program, that is not called for others. Those that are missing are told, of no group.
            if (KnownWork.Provider(books) == "syscall_stats" && suite == "sid" && lockdown.Length > 0) Assert.InRange(KnownWork.MissingCalls(documents), 0, counts["seen"] - kept + Errors(sections["agent"], "syscall_stats"));
            else Assert.Equal(counts["seen"], kept);
        }

        if (suite != "sid" || lockdown.Length == 0) Assert.Equal((0, 0), (KnownWork.MissingCalls(documents), Errors(sections["agent"], "syscall_stats")));
    }

    private static long Errors(string said, string collector) => long.Parse(Regex.Match(said, $@"{collector} saw .* (\d+) errors").Groups[1].Value, CultureInfo.InvariantCulture);
}
