using System.Buffers;
using System.Text.Json;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Capabilities;

/// <summary>
/// The process that tries facts, started by <see cref="TrialRunner"/>. One line of JSON each: first who it is, then before each trial the fact's name and after it the outcome, so
/// that the parent knows which one hangs.
/// </summary>
internal static class TrialProcess
{
    /// <summary>The hidden verb.</summary>
    internal const string Verb = "trial";

    /// <summary>Tries the facts of these names in their order.</summary>
    internal static int Run(IReadOnlyList<string> facts, Stream output, TimeProvider time)
    {
        Say(output, json =>
        {
            json.WriteNumber("capabilities"u8, ThreadCapabilities.Effective());
            json.WriteString("memlock"u8, Memlock.Try());
        });
        var captured = TryCapture();
        var trying = new Trying(time);
        var together = new Dictionary<string, Trial>(StringComparer.Ordinal);
        foreach (var name in facts)
        {
            Say(output, json => json.WriteString("begin"u8, name));
            var outcome = FactCatalogue.Find(name) is not { } fact ? Trial.NotMade("no fact of this name")
                : !captured ? Trial.NotMade($"{LibBpf.Library} is not installed")
                : fact.Program is null ? trying.Try(fact)
                : OfMany(trying, fact, facts, together);
            Say(output, outcome.WriteMembers);
        }

        GC.KeepAlive(trying);
        return 0;
    }

    /// <summary>One of several programs of an object: all of them at once when the first is asked for, and alone where that failed.</summary>
    private static Trial OfMany(Trying trying, ProbedFact fact, IReadOnlyList<string> asked, Dictionary<string, Trial> known)
    {
        if (known.TryGetValue(fact.Name, out var trial)) return trial;
        var siblings = FactCatalogue.All.Where(other => other.Object == fact.Object && asked.Contains(other.Name)).ToList();
        if (siblings[0] == fact && trying.TryTogether(siblings) is { } all)
        {
            foreach (var (name, outcome) in all) known[name] = outcome;
            return known[fact.Name];
        }

        return trying.Try(fact);
    }

    /// <summary>Ends this process when its standard input ends, which the parent never writes to: a hanging trial must not outlive the one that would kill it.</summary>
    internal static void EndWithParent()
    {
        var watch = new Thread(Watch) { IsBackground = true };
        watch.Start();
    }

    private static void Watch()
    {
        using var input = Console.OpenStandardInput();
        if (input.ReadByte() < 0) Environment.Exit(1);
    }

    private static bool TryCapture()
    {
        try
        {
            BpfLog.Capture();
            return true;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }

    private static void Say(Stream output, Action<Utf8JsonWriter> members)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        output.Write([.. line.WrittenSpan, (byte)'\n']);
        output.Flush();
    }
}
