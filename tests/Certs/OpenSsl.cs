using System.Diagnostics;

namespace Coral.Certs.Tests;

/// <summary>The openssl program: a judge that shares nothing with the code under test.</summary>
internal static class OpenSsl
{
    public static string Run(params string[] arguments)
    {
        var (code, output) = TryRun(arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)}: exit code {code}\n{output}");
        return output;
    }

    public static (int Code, string Output) TryRun(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
