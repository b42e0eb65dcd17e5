using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Capabilities;

/// <summary>Tries one fact in this process: open, load, attach, set off, detach.</summary>
internal static class Trying
{
    private const int LongestLine = 512;

    /// <summary>Never throws for what the kernel or libbpf refuses.</summary>
    internal static Trial Try(ProbedFact fact, TimeProvider time)
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
            var attached = fact.Attach(program);
            using var link = attached.Link;
            var before = program.Fired();
            attached.SetOff(() => program.Fired() > before);
            if (program.Fired() > before) steps.Add("call");
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
