using System.Collections.Immutable;

namespace Coral.Testing.Kit;

/// <summary>The kit of real parts (<c>../shared/kit</c> beside the repository): a Kubernetes control plane and search servers.</summary>
#pragma warning disable MA0049 // The class stands for the script `kit`, the namespace for the folder of what is built on it.
public static class Kit
#pragma warning restore MA0049
{
    private static readonly string? Found = Find();

    // What `kit cluster up` and `kit search up` run; see the kit's README.
    private static readonly ImmutableArray<string> Programs = ["bash", "openssl", "curl", "tar", "xz", "setsid", "flock", "java"];

    /// <summary>Why tests that need the kit can't run here; null when they can.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Whether tests of the kit run here. xunit makes class fixtures even when all tests of the class are skipped: a fixture that starts parts asks this first.</summary>
    public static bool Runs => InCi || Missing is null;

    /// <summary>Whether this is a CI run, where a missing kit is a failure instead of a skipped test.</summary>
    public static bool InCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The kit's folder.</summary>
    public static string Folder => Path.GetDirectoryName(Script)!;

    /// <summary>The program <c>kit</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Script => Found ?? throw new InvalidOperationException(Missing);

    /// <summary>An AdmissionReview as a real API server sent it: <c>pod-small</c>, <c>pod-deployment</c> or <c>pod-large</c>.</summary>
    public static byte[] Review(string name) => File.ReadAllBytes(Path.Join(Folder, "reviews", $"{name}.json"));

    /// <summary>Runs the kit with a state folder of its own.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public static async Task<string> Run(string state, params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        var result = await Command.Run(Script, all, environment: new Dictionary<string, string> { ["KIT_STATE"] = state });
        return result.ExitCode == 0 ? result.Output.Trim() : throw new InvalidOperationException($"kit {string.Join(' ', all)}: {result}");
    }

    /// <summary>The folder that holds a packed program (<c>kube</c> for kubectl, <c>admitload</c>, <c>promtool</c>), unpacked on first use.</summary>
    public static Task<string> Bin(string name) => Run(Path.GetTempPath(), "bin", name);

    private static string? FindMissing()
    {
        if (Found is null) return "no kit: shared/kit/kit is not beside the repository";
        var absent = Programs.Where(program => !Command.Exists(program)).ToList();
        return absent.Count == 0 ? null : $"the kit needs {string.Join(", ", absent)}: see shared/kit/README.md";
    }

    private static string? Find()
    {
        var script = Path.GetFullPath(Path.Join(Repository.Root, "..", "shared", "kit", "kit"));
        return File.Exists(script) ? script : null;
    }
}
