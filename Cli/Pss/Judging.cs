using Coral.Cli.Inputs;
using Coral.Cli.Output;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Pss;

/// <summary>
/// One run: each object is judged and forgotten when it is read, each mistake said when it is met, so that input of any length takes the same memory.
/// </summary>
internal sealed class Judging(Standard standard, IVerdicts verdicts, Terminal terminal)
{
    /// <summary>A file with more mistakes than this is not what it was taken for.</summary>
    private const int MostMistakes = 1000;

    private readonly OtherKinds others = new();
    private readonly Progress progress = new(terminal, (objects, bytes) => $"{objects} objects judged, {bytes / 1_000_000} MB read");
    private long allowed;
    private long refused;
    private long mistakes;
    private long mistakesBefore;
    private string current = "";

    private long Judged => allowed + refused;

    /// <summary>Reads all files and returns the exit code.</summary>
    internal int Run(List<string> files)
    {
        foreach (var file in files) Read(file);
        progress.Clear();
        verdicts.End(allowed, refused);
        foreach (var line in others.Lines) terminal.Complain(line);
        return mistakes > 0 ? ExitCodes.BadInput : refused > 0 ? ExitCodes.Negative : ExitCodes.Done;
    }

    /// <summary>Judges the pods of an object, or counts it where it has none.</summary>
    internal void Judge(in ObjectHead item, in Place place)
    {
        if (item.Mistake is var (path, message))
        {
            Mistake($"{place.File}:{place.LineOf(path)}: {message}");
        }
        else if (!item.RunsPods)
        {
            others.Add(item);
        }
        else
        {
            var verdict = PodSecurityEvaluator.Evaluate(new PodView(item.Template), standard.Asked.Level, standard.Evaluated);
            if (verdict.Allowed) allowed++;
            else refused++;
            verdicts.Add(item.Label, item.Namespace, verdict);
        }
    }

    /// <summary>Says a mistake; throws <see cref="BadInputException"/> where a file has too many.</summary>
    internal void Mistake(string line)
    {
        Say(line);
        if (mistakes - mistakesBefore == MostMistakes) throw new BadInputException($"{current}: {MostMistakes} mistakes; what follows them is not read");
    }

    private void Read(string file)
    {
        current = file;
        var judgedBefore = Judged;
        mistakesBefore = mistakes;
        try
        {
            using var stream = file == YamlDocuments.StandardInput ? terminal.OpenInput() : YamlDocuments.Open(file);
            using var input = new InputStream(file, stream, BeforeRead);
            new ObjectReader(file, input, this).Read();
            if (Judged == judgedBefore && mistakes == mistakesBefore) Say($"{file}: nothing to judge in it: no pod, and no workload that makes pods");
        }
        catch (BundleException unreadable)
        {
            foreach (var problem in unreadable.Problems) Say(problem.ToString());
        }
        catch (BadInputException mistake)
        {
            foreach (var line in mistake.Problems) Say(line);
        }
    }

    /// <summary>What is known is shown before a pipe may let us wait.</summary>
    private void BeforeRead(long bytes)
    {
        verdicts.Flush();
        progress.Report(Judged, bytes);
        terminal.Error.Flush();
    }

    private void Say(string line)
    {
        mistakes++;
        progress.Clear();
        terminal.Complain(Tables.Clean(line));
    }
}
