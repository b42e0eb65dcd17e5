using System.Text;

namespace Coral.Cli;

/// <summary>All that the program touches of its surroundings, so that tests can stand in for them.</summary>
internal sealed record Terminal
{
    /// <summary>Opens standard input; called at most once a run.</summary>
    internal required Func<Stream> OpenInput { get; init; }

    internal required TextWriter Out { get; init; }

    internal required TextWriter Error { get; init; }

    /// <summary>Columns of the screen; null where the output is piped, and then nothing is cut or wrapped.</summary>
    internal int? Width { get; init; }

    /// <summary>Whether the screen shows colours.</summary>
    internal bool Colour { get; init; }

    /// <summary>Whether standard error is a screen, where a line may take the place of another.</summary>
    internal bool ErrorIsScreen { get; init; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>UTF-8 whatever the locale says: manifests are UTF-8.</summary>
    internal static TextWriter Writer(Stream stream) => new StreamWriter(stream, new UTF8Encoding(false), 32 * 1024) { NewLine = "\n" };

    /// <summary>One line to standard error, under the program's name.</summary>
    internal void Complain(string line) => Error.WriteLine("coral: " + line);
}
