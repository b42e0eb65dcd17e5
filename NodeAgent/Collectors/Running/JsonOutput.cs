using Coral.Audit;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Groups;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>One line of JSON for each document, as it would be indexed.</summary>
internal sealed class JsonOutput(Stream to) : ICollectorOutput, IDisposable
{
    private readonly DocumentWriter documents = new();
    private readonly BufferedStream buffered = new(to, 64 * 1024);

    public void Take(AuditEvent e, ControlGroup? group)
    {
        buffered.Write(documents.Write(e).Span);
        buffered.WriteByte((byte)'\n');
    }

    public void Flush() => buffered.Flush();

    public void Dispose() => documents.Dispose();
}
