namespace Coral.NodeAgent.Collectors.Running;

/// <summary>What is done while a ring fills faster than it is read. Each step holds what those before it do.</summary>
internal enum PressureStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The reader is woken less often.</summary>
    WakeUps,

    /// <summary>No exemplars are sent, only what has no sums.</summary>
    Exemplars,

    /// <summary>Of <see cref="PressureLadder.SampledOneOf"/> records one is sent.</summary>
    Sampling,

    /// <summary>No record is sent. Sums and books go on.</summary>
    Paused,
}

/// <summary>Goes up as soon as a ring is half, three quarters, nine tenths full, and a step down after ten seconds in which it was never more than a quarter. Not thread safe.</summary>
internal sealed class PressureLadder(TimeProvider time)
{
    /// <summary>The factor of <see cref="PressureStep.Sampling"/>.</summary>
    internal const uint SampledOneOf = 10;

    private const double Half = 0.5;
    private const double ThreeQuarters = 0.75;
    private const double NearlyFull = 0.9;
    private const double Calm = 0.25;

    // Sampling has that long to help.
    private static readonly TimeSpan BeforePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeforeLess = TimeSpan.FromSeconds(10);

    private long changed;
    private long calm;

    /// <summary>Where it stands.</summary>
    internal PressureStep Step { get; private set; }

    /// <summary>Of so many records one is sent; 0 for none.</summary>
    internal static uint OneOf(PressureStep step) => step switch { PressureStep.Sampling => SampledOneOf, PressureStep.Paused => 0, _ => 1 };

    /// <summary>What the programs are told.</summary>
    internal static CollectorControl Control(PressureStep step) => new(
        WakeLater: step >= PressureStep.WakeUps ? 2U : 0, LeftOut: CollectorControl.LeavingOneOf(OneOf(step)), NoExemplars: step >= PressureStep.Exemplars ? 1U : 0);

    /// <summary>As in documents.</summary>
    internal static string Word(PressureStep step) => step switch
    {
        PressureStep.WakeUps => "wake-ups",
        PressureStep.Exemplars => "exemplars",
        PressureStep.Sampling => "sampling",
        PressureStep.Paused => "paused",
        _ => "none",
    };

    /// <summary>Takes note of how full the ring is, 0 to 1.</summary>
    /// <returns>Whether <see cref="Step"/> has changed.</returns>
    internal bool Look(double full)
    {
        var now = time.GetTimestamp();
        var needed = full switch { > NearlyFull => PressureStep.Sampling, > ThreeQuarters => PressureStep.Exemplars, > Half => PressureStep.WakeUps, _ => PressureStep.None };
        if (needed == PressureStep.Sampling && Step == PressureStep.Sampling && time.GetElapsedTime(changed, now) >= BeforePause) needed = PressureStep.Paused;
        if (full > Calm || Step == PressureStep.None) calm = now;
        if (needed > Step) Step = needed;
        else if (time.GetElapsedTime(calm, now) >= BeforeLess) Step--;
        else return false;
        (changed, calm) = (now, now);
        return true;
    }
}
