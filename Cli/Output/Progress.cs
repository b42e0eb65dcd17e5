namespace Coral.Cli.Output;

/// <summary>A line on the screen that says how far long work has come. Nothing where standard error is no screen, or the results already run over it.</summary>
/// <param name="terminal">The screen.</param>
/// <param name="text">What it says of a count of things and of their bytes.</param>
/// <param name="atEnd">Whether the results come when the work is done, so that nothing else is on the screen meanwhile.</param>
internal sealed class Progress(Terminal terminal, Func<long, long, string> text, bool atEnd = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly bool shown = terminal.ErrorIsScreen && (atEnd || terminal.Width is null);
    private long last = terminal.Time.GetTimestamp();
    private int written;

    internal void Report(long count, long bytes)
    {
        if (!shown || terminal.Time.GetElapsedTime(last) < Patience) return;
        last = terminal.Time.GetTimestamp();
        var line = text(count, bytes);
        terminal.Error.Write("\r" + line.PadRight(written));
        written = line.Length;
    }

    /// <summary>Makes room for other lines.</summary>
    internal void Clear()
    {
        if (written > 0) terminal.Error.Write("\r" + new string(' ', written) + "\r");
        written = 0;
    }
}
