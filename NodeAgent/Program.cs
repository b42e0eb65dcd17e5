using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Commands;

// Trials come first: there are three of these processes to a report, and none needs a command line.
if (args is [TrialProcess.Verb, .. var facts])
{
    TrialProcess.EndWithParent();
    using var output = Console.OpenStandardOutput();
    return TrialProcess.Run(facts, output, TimeProvider.System);
}

return await AgentCommand.RunAsync(args, CancellationToken.None);
