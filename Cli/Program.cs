using Coral.Cli;

await using var output = Terminal.Writer(Console.OpenStandardOutput());
await using var error = Terminal.Writer(Console.OpenStandardError());
var piped = Console.IsOutputRedirected;
var code = await CoralCommand.RunAsync(args, new Terminal
{
    OpenInput = Console.OpenStandardInput,
    Out = output,
    Error = error,
    Width = piped ? null : Console.WindowWidth,
    Colour = !piped && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb",
    ErrorIsScreen = !Console.IsErrorRedirected,
});
return code;
