using System.CommandLine;
using Coral.Webhook.Serving;

var root = new RootCommand("coral-webhook: the admission server of Coral Policy");
root.Add(ServeCommand.Build(WebhookProcess.RunAsync));
HealthOption.AddTo(root);
var result = root.Parse(args is [] ? ["--help"] : args);
if (result.Errors.Count == 0) return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
foreach (var error in result.Errors) await Console.Error.WriteLineAsync($"coral-webhook: {error.Message}");
return ExitCodes.BadInput;
