using System.Text;
using Coral.Audit.Spool;

namespace Coral.Bench.Rsyslog;

/// <summary>The documents of a spool as lines that another shipper can read: the id, a space, the document.</summary>
internal static class SpoolLines
{
    internal static void Write(string spool, Stream output)
    {
        foreach (var frame in SpoolReader.Open(spool).Forward())
        {
            output.Write(Encoding.ASCII.GetBytes(frame.Id));
            output.WriteByte((byte)' ');
            output.Write(frame.Document.Span);
            output.WriteByte((byte)'\n');
        }
    }
}
