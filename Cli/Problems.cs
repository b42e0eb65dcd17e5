using Coral.Kubernetes;
using Coral.Policies.Bundles;

namespace Coral.Cli;

/// <summary>Collects the mistakes of one call, so that a person sees all of them at once.</summary>
internal sealed class Problems
{
    private readonly List<string> lines = [];

    /// <summary>What was noted so far, one line each.</summary>
    internal IReadOnlyList<string> Lines => lines;

    internal void Add(string line) => lines.Add(line);

    /// <summary>What <paramref name="read"/> gives, or null after its mistakes were noted.</summary>
    internal T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (BundleException mistakes)
        {
            lines.AddRange(mistakes.Problems.Select(problem => problem.ToString()));
        }
        catch (KubernetesConfigException mistakes)
        {
            lines.AddRange(mistakes.Mistakes);
        }
        catch (BadInputException mistakes)
        {
            lines.AddRange(mistakes.Problems);
        }

        return null;
    }

    /// <summary>Ends the call if there are any.</summary>
    internal void ThrowIfAny()
    {
        if (lines.Count > 0) throw new BadInputException(lines);
    }
}
