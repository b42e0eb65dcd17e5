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
    internal static int Run(IEnumerable<string> facts, Stream output, TimeProvider time)
    {
        Say(output, json =>
        {
            json.WriteNumber("capabilities"u8, ThreadCapabilities.Effective());
            json.WriteString("memlock"u8, Memlock.Try());
        });
        var captured = TryCapture();
        foreach (var name in facts)
        {
            Say(output, json => json.WriteString("begin"u8, name));
            var outcome = FactCatalogue.Find(name) is not { } fact ? Trial.NotMade("no fact of this name")
                : captured ? Trying.Try(fact, time)
                : Trial.NotMade($"{LibBpf.Library} is not installed");
            Say(output, outcome.WriteMembers);
        }

        return 0;
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
