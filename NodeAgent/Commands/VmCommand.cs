using System.CommandLine;
using System.Globalization;
using Coral.Audit.Events;
using Coral.Certs;
using Coral.Kubernetes;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.LocalApi;
using Coral.NodeAgent.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent vm</c>: the collectors with an API of their own, without any cluster or search server.</summary>
internal static class VmCommand
{
    private const int BadInput = 2;
    private const int DefaultKeep = 10_000;
    private const int MostKeep = 1_000_000;
    private const string DefaultListen = "127.0.0.1:8080";

    internal static Command Build()
    {
        var listen = new Option<string>("--listen")
        {
            HelpName = "ADDRESS:PORT",
            Description = $"Where the API is; * is every address (CORAL_LISTEN, else {DefaultListen})",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CORAL_LISTEN") is { Length: > 0 } said ? said : DefaultListen,
        };
        var token = new Option<string?>("--token-file") { HelpName = "FILE", Description = "What a request for /api must bring: Authorization: Bearer TOKEN. Needed wherever others than this machine reach the API" };
        var certificates = new Option<string?>("--cert-dir") { HelpName = "DIR", Description = "Serve HTTPS with ca.crt, tls.crt and tls.key of this folder, which are made where they are missing (plain HTTP)" };
        var keep = new Option<int>("--keep") { HelpName = "EVENTS", Description = $"How many events can be asked for ({DefaultKeep})", DefaultValueFactory = _ => DefaultKeep };
        keep.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostKeep))
                result.AddError($"--keep is \"{text}\"; it must be a number from 1 to {MostKeep}");
        });
        var node = NodeName.Option("The name of this machine in events (NODE_NAME, else the host's name)", () => Environment.GetEnvironmentVariable("NODE_NAME") is { Length: > 0 } name ? name : NodeName.OfHost());
        var command = new Command("vm", "Run the collectors on a machine of any kind, and answer what they see at /api/events, /api/stats and /api/programs") { listen, token, certificates, keep, node };
        var collectors = CollectorOptions.AddTo(command, CollectorOptions.Auto);
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(listen)!,
            result.GetValue(token),
            result.GetValue(certificates),
            result.GetValue(keep),
            collectors(result, result.GetValue(node)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string listen, string? tokenFile, string? certificates, int keep, EngineOptions options, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var place = ListenPlace.Parse(listen);
        if (place is null) problems.Add($"--listen is \"{listen}\"; it must be an address and a port, such as 127.0.0.1:8080 or *:8080");
        var deployment = Deployment.Read(Environment.GetEnvironmentVariable, problems);
        var token = tokenFile is null ? null : new TokenFileAccess(tokenFile);
        if (token?.Problem() is { } unfit) problems.Add(unfit);
        if (place is { IsLoopback: false } && token is null && deployment is { Pod: null })
            problems.Add($"--listen {place} lets others than this machine ask what runs here: give --token-file FILE, or listen on {DefaultListen}");
        KubernetesClient? client = null;
        if (place is { IsLoopback: false } && token is null && deployment?.Pod is not null) client = Connect(problems);
        try
        {
            using var serving = certificates is null || problems.Count > 0 ? null : Certificate(certificates, place!, options.Origin.Node!);
            if (problems.Count > 0)
            {
                problems.ForEach(Say);
                return BadInput;
            }

            var time = TimeProvider.System;
            var access = (IApiAccess?)token ?? (client is null ? new LoopbackAccess() : new TokenReviewAccess(client, options.Origin.Node!, time));
            if (!place!.IsLoopback && serving is null) Say($"warning: on {place} tokens and events go through the network in clear text; --cert-dir DIR makes it HTTPS");
            return await new VmProcess(options, new RecentEvents(keep, new BootClock(time)), deployment!.Pod, access, Say, time).RunAsync(place, serving, cancellation);
        }
        catch (CertificateException failure)
        {
            foreach (var problem in failure.Problems) Say(problem);
            return BadInput;
        }
        catch (IOException failure)
        {
            Say($"--listen {listen}: {failure.Message}");
            return BadInput;
        }
        finally
        {
            client?.Dispose();
        }
    }

    private static KubernetesClient? Connect(List<string> problems)
    {
        try
        {
            return new KubernetesClient(KubernetesConfig.Load(null), TimeProvider.System, NullLoggerFactory.Instance);
        }
        catch (KubernetesConfigException mistakes)
        {
            problems.AddRange(mistakes.Mistakes);
            return null;
        }
    }

    /// <exception cref="CertificateException">The folder can't be used.</exception>
    private static ServingCertificate Certificate(string folder, ListenPlace place, string node)
    {
        string[] names = [node, "localhost", "127.0.0.1", "::1"];
        var all = place.Address is null || place.Address.GetAddressBytes().All(part => part == 0) ? names : [.. names, place.Address.ToString()];
        var settled = new CertificateFolder(folder, TimeProvider.System).LoadOrCreate(ServingNames.Of(all.Distinct(StringComparer.Ordinal)));
        if (settled.Made is { } made) Say(made);
        return settled.Serving;
    }

    private static void Say(string line) => Console.Error.WriteLine("coral-agent: " + line);
}
