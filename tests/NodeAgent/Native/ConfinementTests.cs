using System.Diagnostics;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Tests.Native;

public sealed class ConfinementTests
{
    private const ulong Wanted = (1UL << 39) | (1UL << 38) | (1UL << 12);

    [Fact]
    public async Task A_child_has_no_capability_but_those_that_were_left_to_it_and_never_regains_one()
    {
        var held = ThreadCapabilities.Permitted();
        using var child = Confinement.On(Wanted, () => Process.Start(new ProcessStartInfo("/bin/cat", ["/proc/self/status"]) { RedirectStandardOutput = true, UseShellExecute = false })!);
        var status = (await child.StandardOutput.ReadToEndAsync()).Split('\n');

        var expected = (held & Wanted).ToString("x16");
        Assert.Contains($"CapEff:\t{expected}", status);
        Assert.Contains($"CapPrm:\t{expected}", status);
        Assert.Contains("NoNewPrivs:\t1", status);
        // Without SETPCAP the bounding set can't be lowered, and no_new_privs must do.
        if (Capability.NamesOf(held).Contains("SETPCAP")) Assert.Contains($"CapBnd:\t{expected}", status);
    }

    [Fact]
    public void The_process_itself_keeps_what_it_has()
    {
        var before = File.ReadAllLines("/proc/thread-self/status").Where(line => line.StartsWith("Cap", StringComparison.Ordinal) || line.StartsWith("NoNew", StringComparison.Ordinal));
        var inside = Confinement.On(0, ThreadCapabilities.Effective);
        var after = File.ReadAllLines("/proc/thread-self/status").Where(line => line.StartsWith("Cap", StringComparison.Ordinal) || line.StartsWith("NoNew", StringComparison.Ordinal));

        Assert.Equal(0UL, inside);
        Assert.Equal(before, after);
    }

    [Fact]
    public void What_fails_inside_fails_outside() =>
        Assert.Equal("no such thing", Assert.Throws<InvalidOperationException>(() => Confinement.On<int>(0, () => throw new ArgumentException("no such thing"))).Message);

    [Fact]
    public void Names_and_masks_are_each_others_inverse()
    {
        Assert.Equal(["NET_ADMIN", "PERFMON", "BPF"], Capability.NamesOf(Capability.MaskOf(["BPF", "PERFMON", "NET_ADMIN"])));
        Assert.Equal(Wanted, Capability.MaskOf(["BPF", "PERFMON", "NET_ADMIN"]));
        Assert.Equal(["CHECKPOINT_RESTORE", "41"], Capability.NamesOf(3UL << 40));
        Assert.Throws<ArgumentException>(() => Capability.MaskOf(["BPFF"]));
    }
}
