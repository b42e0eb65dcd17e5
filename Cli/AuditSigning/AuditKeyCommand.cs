using System.CommandLine;
using Coral.Audit.Chain.Checkpoints;
using Coral.Cli.Output;

namespace Coral.Cli.AuditSigning;

/// <summary>The verbs <c>audit key show</c> and <c>audit key rotate</c>.</summary>
internal static class AuditKeyCommand
{
    private const string ShowMore = """
        The public half goes to standard output, its id to standard error. Exit: 0 done, 2 bad input.

        Examples:
          coral audit key show run/audit.key > audit.pub
        """;

    private const string RotateMore = """
        The new key stands first in the file, the present one behind it. A process that uses the file notices within a minute, and signs one checkpoint by both:
        from it whoever trusts the old key learns to trust the new one. Earlier keys go. Where the key is a Secret, rotate a copy of its entry audit.key and put that back.
        Exit: 0 done, 2 bad input.

        Examples:
          coral audit key rotate run/audit.key
        """;

    internal static Command Build(Terminal terminal) => new("key", "Show or change the key that signs checkpoints")
    {
        Verb("show", "Print the public half of an audit key, which auditors hold.", ShowMore, terminal, file => AuditKeyFile.Load(file).Current.Public),
        Verb("rotate", "Put a new key before the present one, and print its public half.", RotateMore, terminal, Rotate),
    };

    private static VerbCommand Verb(string name, string summary, string more, Terminal terminal, Func<string, AuditPublicKey> act)
    {
        var command = new VerbCommand(name, summary, more);
        var file = new Argument<string?>("FILE") { Description = "The file of --audit-key", Arity = ArgumentArity.ZeroOrOne };
        command.Add(file);
        command.SetAction(result =>
        {
            try
            {
                var key = act(result.GetValue(file) ?? throw new BadInputException("FILE is needed: the file of --audit-key, such as run/audit.key"));
                terminal.Out.Write(key.Pem);
                terminal.Error.WriteLine($"key {key.Id}");
                return ExitCodes.Done;
            }
            catch (AuditKeyException mistake)
            {
                throw new BadInputException(mistake.Message);
            }
        });
        return command;
    }

    private static AuditPublicKey Rotate(string file)
    {
        var keys = AuditKeyFile.Load(file).Rotate();
        AuditKeyFile.Replace(file, keys);
        return keys.Current.Public;
    }
}
