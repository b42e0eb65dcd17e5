using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Capabilities;

/// <summary>
/// Tries facts in this process: open, load, attach, set off. What was attached stays until the process ends, when the kernel detaches and unloads all of it: most of the time of a
/// probe would else be waiting, because to leave a tracepoint and to come back waits for every processor (kernel/tracepoint.c, tp_rcu_cond_sync).
/// </summary>
internal sealed class Trying(TimeProvider time)
{
    private const int LongestLine = 512;
    private const int MostAttempts = 20;

    /// <summary>Links hold their programs, so the objects that these came from can go.</summary>
    private readonly List<IDisposable> attached = [];

    /// <summary>
    /// Tries programs of one object together, because most of the cost of one is the kernel's BTF, which is read for each object. Null when any failed: then each is tried alone.
    /// </summary>
    internal Dictionary<string, Trial>? TryTogether(IReadOnlyList<ProbedFact> facts)
    {
        if (BpfFiles.Find($"probe/{facts[0].Object}") is not { } file) return null;
        var start = time.GetTimestamp();
        try
        {
            using var programs = BpfObject.Open(file, program: null);
            programs.Load();
            foreach (var fact in facts) attached.Add(BpfLinks.BySection(programs, fact.Program!));
            var each = (long)time.GetElapsedTime(start).TotalMicroseconds / facts.Count;
            return facts.ToDictionary(fact => fact.Name, _ => new Trial(FactState.Ok, 0, null, each, "load, attach"), StringComparer.Ordinal);
        }
        catch (BpfException)
        {
            return null;
        }
    }

    /// <summary>Never throws for what the kernel or libbpf refuses.</summary>
    internal Trial Try(ProbedFact fact)
    {
        var start = time.GetTimestamp();
        var steps = new List<string>(3);
        Trial Ended(FactState state, int errno, string? line) =>
            new(state, errno, line is { Length: > LongestLine } ? line[..LongestLine] : line, (long)time.GetElapsedTime(start).TotalMicroseconds, string.Join(", ", steps));

        if (BpfFiles.Find($"probe/{fact.Object}") is not { } file) return Trial.NotMade("built without its eBPF program: build where clang and libbpf-dev are");
        try
        {
            BpfLog.TakeFirst();
            steps.Add("load");
            using var program = BpfObject.Open(file, fact.Program);
            if (fact.AttachType != 0) program.ExpectAttachType(fact.AttachType);
            program.Load();
            steps.Add("attach");
            var (link, setOff) = fact.Attach(program);
            using var passing = fact.Stays ? null : link;
            if (fact.Stays) attached.Add(link);
            var before = program.Fired();
            bool Called() => program.Fired() > before;
            // Once is not always enough: a program that is at work on a CPU is not called there again.
            for (var attempt = fact.MustFire ? MostAttempts : 1; attempt > 0 && !Called(); attempt--) setOff(Called);
            if (Called()) steps.Add("call");
            else if (fact.MustFire) return Ended(FactState.Absent, 0, "attached, and never called by the kernel");
            return Ended(FactState.Ok, 0, null);
        }
        catch (BpfException failure)
        {
            return Ended(Trial.StateOf(failure.Errno, failure.ByVerifier), failure.Errno, failure.FirstLine);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            return Trial.NotMade($"{LibBpf.Library} 1.0 or later is not installed");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or System.Net.Sockets.SocketException)
        {
            return Ended(FactState.Error, 0, failure.Message);
        }
    }
}
