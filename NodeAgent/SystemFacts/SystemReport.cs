using System.Collections.Immutable;
using System.Globalization;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.SystemFacts;

/// <summary>
/// What /proc and /sys say of this machine and this process. It explains what the trials found and proves nothing. Texts are null, and lists empty, where nothing is said.
/// </summary>
internal sealed record SystemReport
{
    private const string BtfPath = "sys/kernel/btf/vmlinux";

    internal string? Release { get; private init; }

    internal required string Arch { get; init; }

    internal required int PageSize { get; init; }

    internal required int Cpus { get; init; }

    internal string? BootId { get; private init; }

    /// <summary><c>v1</c>, <c>hybrid</c>, <c>v2</c> or <c>none</c>.</summary>
    internal required string Cgroup { get; init; }

    /// <summary><c>none</c>, <c>integrity</c>, <c>confidentiality</c>; <c>unknown</c> where securityfs is not mounted.</summary>
    internal required string Lockdown { get; init; }

    internal ImmutableArray<string> Lsms { get; private init; } = [];

    /// <summary>Bytes of the kernel's BTF; null when there is none.</summary>
    internal long? BtfSize { get; private init; }

    /// <summary>SHA-256 of the kernel's BTF, in hexadecimal.</summary>
    internal string? BtfHash { get; private init; }

    internal int BtfModules { get; private init; }

    /// <summary>Whether a BPF file system is at /sys/fs/bpf (row K-104 asks for the folder; an empty folder without one pins nothing).</summary>
    internal bool BpfFs { get; private init; }

    /// <summary>Sysctls by their names with dots.</summary>
    internal ImmutableArray<(string Name, string Value)> Sysctls { get; private init; } = [];

    /// <summary>The soft limit of RLIMIT_MEMLOCK as /proc writes it: bytes or <c>unlimited</c>.</summary>
    internal string? MemlockLimit { get; private init; }

    /// <summary>The first three <c>Cap</c> lines of /proc/self/status, as they stand there.</summary>
    internal ImmutableArray<string> CapabilityLines { get; private init; } = [];

    internal ulong EffectiveCapabilities { get; private init; }

    /// <summary><c>disabled</c>, <c>strict</c> or <c>filter</c>: of this process, and so of the trials.</summary>
    internal string? Seccomp { get; private init; }

    internal bool NoNewPrivileges { get; private init; }

    internal bool HostPidNamespace { get; private init; }

    internal bool HostUserNamespace { get; private init; }

    internal required Runtime Runtime { get; init; }

    internal string? Virtualisation { get; private init; }

    /// <summary>Reads it. Never throws for what is missing.</summary>
    /// <param name="root">What stands for <c>/</c>.</param>
    internal static SystemReport Read(string root = "/")
    {
        var status = SystemFile.Lines(root, "proc/self/status");
        var btf = Path.Join(root, BtfPath);
        var hasBtf = File.Exists(btf);
        return new SystemReport
        {
            Release = SystemFile.Text(root, "proc/sys/kernel/osrelease"),
            Arch = SystemFile.Text(root, "proc/sys/kernel/arch") ?? Machine.Name,
            PageSize = Environment.SystemPageSize,
            Cpus = Environment.ProcessorCount,
            BootId = SystemFile.Text(root, "proc/sys/kernel/random/boot_id"),
            Cgroup = ControlGroups.Mode(root),
            Lockdown = Chosen(SystemFile.Text(root, "sys/kernel/security/lockdown")) ?? "unknown",
            Lsms = [.. (SystemFile.Text(root, "sys/kernel/security/lsm") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)],
            BtfSize = hasBtf ? new FileInfo(btf).Length : null,
            BtfHash = hasBtf ? Hash(btf) : null,
            BtfModules = Directory.Exists(Path.GetDirectoryName(btf)) ? Directory.GetFiles(Path.GetDirectoryName(btf)!).Length - (hasBtf ? 1 : 0) : 0,
            BpfFs = SystemFile.Lines(root, "proc/self/mounts").Any(line => line.Split(' ') is [_, "/sys/fs/bpf", "bpf", ..]),
            Sysctls = SystemControls.Read(root),
            MemlockLimit = SystemFile.Lines(root, "proc/self/limits").FirstOrDefault(line => line.StartsWith("Max locked memory", StringComparison.Ordinal))
                ?["Max locked memory".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(),
            CapabilityLines = [.. status.Where(line => line.StartsWith("Cap", StringComparison.Ordinal)).Take(3)],
            EffectiveCapabilities = ulong.TryParse(Field(status, "CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var held) ? held : 0,
            Seccomp = Field(status, "Seccomp") switch { "0" => "disabled", "1" => "strict", "2" => "filter", _ => null },
            NoNewPrivileges = Field(status, "NoNewPrivs") == "1",
            HostPidNamespace = Namespaces.IsInitial(root, "pid"),
            HostUserNamespace = Namespaces.IsInitial(root, "user"),
            Runtime = Runtime.Find(root),
            Virtualisation = Machine.Virtualisation(root),
        };
    }

    /// <summary>The names of the capabilities in effect.</summary>
    internal IEnumerable<string> Capabilities => Capability.NamesOf(EffectiveCapabilities);

    private static string? Field(string[] status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();

    /// <summary>Of <c>none [integrity] confidentiality</c> the one in brackets.</summary>
    private static string? Chosen(string? text) => text?.Split(' ').FirstOrDefault(word => word.StartsWith('['))?.Trim('[', ']');

    private static string? Hash(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Sha256.Hash(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
