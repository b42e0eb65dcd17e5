using System.Collections.Immutable;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.NodeAgent.Collectors.Exec;

/// <summary>Makes documents of records of <c>exec</c>. Not thread safe.</summary>
internal sealed class ProcessEvents(AuditOrigin origin, Identities identities, BootClock clock)
{
    // include/uapi/linux/wait.h, as shells count it.
    private const int SignalBase = 128;
    private const uint SignalMask = 0x7f;
    private const int CodeShift = 8;

    private readonly TextCache texts = new();

    internal ProcessEvent Make(ProcessRecord record) => new()
    {
        Timestamp = clock.At(record.Head.Time),
        Origin = origin,
        Action = record.Kind switch { ProcessRecordKind.Exec => ProcessAction.Exec, ProcessRecordKind.Fork => ProcessAction.Fork, _ => ProcessAction.Exit },
        Workload = identities.Workload(record.Head.Group),
        DurationNanoseconds = record.Kind == ProcessRecordKind.Exit ? (long)(record.Head.Time - record.Start) : null,
        Process = new ProcessInfo
        {
            Pid = record.Pid,
            EntityId = identities.Process(record.Pid, record.Start),
            Name = texts.Text(record.Name),
            Executable = record.Path.IsEmpty ? null : texts.Text(record.Path),
            Arguments = record.Kind == ProcessRecordKind.Exec ? Arguments(record.Arguments) : default,
            ArgumentCount = record.Kind == ProcessRecordKind.Exec ? record.ArgumentCount : null,
            Start = clock.At(record.Start),
            End = record.Kind == ProcessRecordKind.Exit ? clock.At(record.Head.Time) : null,
            ExitCode = record.Kind == ProcessRecordKind.Exit ? ExitCode(record.Status) : null,
            Parent = new ParentProcess(record.ParentPid, identities.Process(record.ParentPid, record.ParentStart), texts.Text(record.ParentName)),
            UserId = record.User,
        },
    };

    /// <summary>The code, or 128 and the number of the signal.</summary>
    internal static int ExitCode(uint status) => (status & SignalMask) == 0 ? (int)(status >> CodeShift) & 0xff : SignalBase + (int)(status & SignalMask);

    private ImmutableArray<string> Arguments(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return [];
        if (bytes[^1] == 0) bytes = bytes[..^1];
        var arguments = ImmutableArray.CreateBuilder<string>();
        foreach (var argument in bytes.Split((byte)0)) arguments.Add(texts.Text(bytes[argument]));
        return arguments.DrainToImmutable();
    }
}
