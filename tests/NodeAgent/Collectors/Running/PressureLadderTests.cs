using Coral.NodeAgent.Collectors.Running;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors.Running;

public sealed class PressureLadderTests
{
    private readonly FakeTimeProvider time = new();
    private readonly PressureLadder ladder;

    public PressureLadderTests() => ladder = new PressureLadder(time);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.51, 1)]
    [InlineData(0.76, 2)]
    [InlineData(0.91, 3)]
    public void It_goes_up_at_once_as_far_as_the_ring_is_full(double full, int expected)
    {
        Assert.Equal(expected > 0, ladder.Look(full));
        Assert.Equal(expected, (int)ladder.Step);
        Assert.False(ladder.Look(full));
    }

    [Fact]
    public void When_sampling_does_not_help_for_a_second_it_pauses()
    {
        ladder.Look(0.95);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(ladder.Look(0.95));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(ladder.Look(0.95));
        Assert.Equal((PressureStep.Paused, 0U), (ladder.Step, PressureLadder.OneOf(ladder.Step)));
    }

    [Fact]
    public void It_goes_down_a_step_after_ten_calm_seconds()
    {
        ladder.Look(0.95);
        time.Advance(TimeSpan.FromSeconds(9));
        ladder.Look(0.1);
        // Not calm: it begins anew.
        ladder.Look(0.26);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(ladder.Look(0.1));

        var steps = new List<PressureStep>();
        for (var seconds = 0; seconds < 60; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            if (ladder.Look(0)) steps.Add(ladder.Step);
        }

        Assert.Equal([PressureStep.Exemplars, PressureStep.WakeUps, PressureStep.None], steps);
    }

    [Fact]
    public void The_programs_are_told_what_part_to_leave_out() => Assert.Equal(
        [(0U, 0U, 0U), (2U, 0U, 0U), (2U, 0U, 1U), (2U, uint.MaxValue - (uint.MaxValue / 10), 1U), (2U, uint.MaxValue, 1U)],
        Enum.GetValues<PressureStep>().Select(PressureLadder.Control).Select(control => (control.WakeLater, control.LeftOut, control.NoExemplars)));
}
