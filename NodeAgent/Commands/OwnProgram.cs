namespace Coral.NodeAgent.Commands;

/// <summary>How this program is started again.</summary>
internal static class OwnProgram
{
    /// <summary>The program, or <c>dotnet</c> and the assembly.</summary>
    internal static string[] Command
    {
        get
        {
            var program = Environment.ProcessPath ?? throw new InvalidOperationException("this process does not know its program");
            return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
        }
    }
}
