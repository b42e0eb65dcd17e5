using System.Globalization;
using System.Text.Json;
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
        var documents = sections["documents"].Split('\n').Select(line => JsonElement.Parse(line)).ToList();

        Assert.Equal("0", sections["work"]);
        Assert.StartsWith("0\n", sections["agent"], StringComparison.Ordinal);
        // Under lockdown no program may read memory by address, so exec is not among them.
        Assert.Equal([.. KnownWork.Records, .. lockdown.Length == 0 ? KnownWork.ProcessRecords : []], KnownWork.RecordsOf(documents).OrderBy(line => line.StartsWith("exec", StringComparison.Ordinal)));
        // Where a kernel is interrupted while it keeps the beginning of a call, it keeps none (task storage is busy then): the call is in the books as left out, beside the return of each copy, which has no beginning.
        Assert.InRange(KnownWork.MissingCalls(documents), 0, KnownWork.LeftOutOf(documents));
        Assert.Equal(KnownWork.Tcp, KnownWork.TcpOf(documents));
        Assert.Equal(KnownWork.Kernel, KnownWork.KernelOf(sections["tcp before"], sections["tcp after"]));
        Assert.All(documents, document => Assert.Equal((Guest.Container, Guest.Pod), (document.GetProperty("container").GetProperty("id").GetString(), document.GetProperty("kubernetes").GetProperty("pod").GetProperty("uid").GetString())));
        foreach (var books in documents.Where(document => KnownWork.Action(document) == "collector-account").Select(document => document.GetProperty("coral").GetProperty("collector")))
        {
            var counts = books.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Number).ToDictionary(field => field.Name, field => field.Value.GetInt64(), StringComparer.Ordinal);
            Assert.Equal(counts["seen"], counts["filtered"] + counts["aggregated"] + counts["emitted"]);
            Assert.Equal(counts["seen"], counts.Values.Sum() - counts["seen"]);
        }
    }
}
