using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Bench.Inputs;

/// <summary>A spool in a temporary folder that goes with it.</summary>
internal sealed class TemporarySpool : IAsyncDisposable
{
    private readonly DirectoryInfo folder;

    private TemporarySpool(DirectoryInfo folder)
    {
        this.folder = folder;
        Spool = AuditSpool.Open(new SpoolOptions { Directory = folder.FullName, MaxBytes = 256 * 1024 * 1024 }, TimeProvider.System, NullLogger.Instance);
    }

    internal AuditSpool Spool { get; }

    internal static TemporarySpool Open() => new(Directory.CreateTempSubdirectory("coral-bench-"));

    public async ValueTask DisposeAsync()
    {
        await Spool.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
