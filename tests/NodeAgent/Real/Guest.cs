using System.Collections.Immutable;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>What the published agent and the programs of ../Oracle said under another kernel (<c>kit/kernel run</c>), by section.</summary>
internal sealed record Guest(ImmutableDictionary<string, string> Sections)
{
    /// <summary>The container that the group of the work stands for.</summary>
    internal const string Container = "4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e";

    /// <summary>Its pod.</summary>
    internal const string Pod = "0f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";

    private const string Timeout = "600";

    // Where the machine is busy the emulated clock may miss the kernel's test of it, and the kernel panics.
    private const string Arguments = "no_timer_check";

    // The emulated processors are some twenty times slower than real ones, so trials have a minute. What ended is freed a moment later (RCU), so it is asked for again until it is gone.
    private const string Probe =
        """
        gone() { for turn in 1 2 3 4 5 6 7 8 9; do oracle ids > /tmp/ids; [ -s /tmp/ids ] || return; sleep 1; done; cat /tmp/ids; }
        for keep in '' 12,38,39 12,19,21; do echo "### oracle $keep"; oracle $keep; done
        echo '### before'; gone
        echo '### report'; coral-agent probe -o json --trial-timeout 60 --node "$0"
        echo '### after'; gone
        """;

    // The collectors are there when all their programs are attached. Four loops make calls besides and are preempted wherever that may be, also in a program. The work is over when its last connection is: what is left waits out its time (06) or is the listener of nobody (0A).
    private const string Collectors =
        """
        echo '### verifier'; verify /bpf/*.o
        group=/sys/fs/cgroup/kubepods/burstable/podPOD/CONTAINER
        mkdir -p $group
        coral-agent run --collectors NAMES --for 5m -o json --rate 0 --node "$0" > /tmp/out 2> /tmp/err & agent=$!
        until [ "$(grep -l link_type /proc/$agent/fdinfo/* 2> /dev/null | wc -l)" -ge LINKS ]; do kill -0 $agent || break; sleep 0.1; done
        echo '### tcp before'; grep Tcp: /proc/net/snmp
        for hog in 1 2 3 4; do (while :; do : < /dev/null; done) & hogs="$hogs $!"; done
        echo '### work'; work $group; echo $?
        kill $hogs
        until [ "$(grep -cvE ' (06|0A) |local_address' /proc/net/tcp)" = 0 ]; do :; done
        kill $agent; wait $agent
        echo '### agent'; echo $?; cat /tmp/err
        echo '### tcp after'; grep Tcp: /proc/net/snmp
        echo '### documents'; grep '"id":"CONTAINER"' /tmp/out
        """;

    /// <summary>Starts it, and waits for its end.</summary>
    /// <param name="root">The folder of its root.</param>
    /// <param name="suite">The Debian suite that the kernel is of.</param>
    /// <param name="lockdown">The kernel's lockdown; empty for none. The collectors run with none, and those that can under <c>confidentiality</c>.</param>
    internal static async Task<Guest> Run(string root, string suite, string lockdown)
    {
        var collectors = lockdown switch
        {
            "" => Collectors.Replace("NAMES", "connect,tcp_metrics,syscall_stats,exec,http_latency", StringComparison.Ordinal).Replace("LINKS", Kernel(suite) == "7.2" ? "16" : "15", StringComparison.Ordinal),
            "confidentiality" => Collectors.Replace("NAMES", "connect,tcp_metrics,syscall_stats", StringComparison.Ordinal).Replace("LINKS", "6", StringComparison.Ordinal),
            _ => "",
        };
        var script = $"{Probe}\n{collectors.Replace("CONTAINER", Container, StringComparison.Ordinal).Replace("POD", Pod, StringComparison.Ordinal)}\necho '### end'";
        var environment = new Dictionary<string, string> { ["KERNEL_ARGS"] = lockdown.Length == 0 ? Arguments : $"{Arguments} lockdown={lockdown}", ["KERNEL_TIMEOUT"] = Timeout };
        var result = await Command.Run(Path.Join(Kit.Folder, "kernel"), ["run", suite, root, "/bin/sh", "-c", script, Name(suite, lockdown)], environment: environment);
        var sections = result.Output.Split("### ").Skip(1).Select(section => section.Split('\n', 2)).ToImmutableDictionary(section => section[0].Trim(), section => section[1].Trim(), StringComparer.Ordinal);
        return sections.ContainsKey("end") ? new Guest(sections) : throw new InvalidOperationException($"{suite} {lockdown}: {result}");
    }

    /// <summary>As the recorded report is called, and the node in it.</summary>
    internal static string Name(string suite, string lockdown) => $"debian-{Kernel(suite)}{(lockdown.Length == 0 ? "" : $"-{lockdown}")}";

    /// <summary>The kernel of a suite.</summary>
    internal static string Kernel(string suite) => suite switch { "bookworm" => "6.1", "trixie" => "6.12", "sid" => "7.2", _ => throw new ArgumentException($"no kernel of {suite}", nameof(suite)) };
}
