namespace Coral.Cli.Pss;

/// <summary>A line on the screen that says how far long work has come. Nothing where standard error is no screen, or the results already run over it.</summary>
internal sealed class Progress(Terminal terminal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly bool shown = terminal is { ErrorIsScreen: true, Width: null };
    private long last = terminal.Time.GetTimestamp();
    private int written;

    internal void Report(long objects, long bytes)
    {
        if (!shown || terminal.Time.GetElapsedTime(last) < Patience) return;
        last = terminal.Time.GetTimestamp();
        var text = $"{objects} objects judged, {bytes / 1_000_000} MB read";
        terminal.Error.Write("\r" + text.PadRight(written));
        written = text.Length;
    }

    /// <summary>Makes room for other lines.</summary>
    internal void Clear()
    {
        if (written > 0) terminal.Error.Write("\r" + new string(' ', written) + "\r");
        written = 0;
    }
}
