using System.Security.Cryptography;
using Coral.NodeAgent.Commands;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Tests.SystemFacts;

public sealed class SystemReportTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("coral-root").FullName;

    [Fact]
    public void A_machine_is_described_by_its_files()
    {
        Put("proc/sys/kernel/osrelease", "6.12.0-test\n");
        Put("proc/sys/kernel/random/boot_id", "0f0c\n");
        Put("proc/sys/kernel/unprivileged_bpf_disabled", "2\n");
        Put("proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\nbpf /sys/fs/bpf bpf rw 0 0\n");
        Put("proc/self/status", "Name:\tx\nNoNewPrivs:\t1\nSeccomp:\t2\nCapInh:\t0000000000000000\nCapPrm:\t000000c000001000\nCapEff:\t000000c000001000\nCapBnd:\t000000c000001000\n");
        Put("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units\nMax locked memory         65536                65536                bytes\n");
        Put("proc/cpuinfo", "flags\t\t: fpu hypervisor sse\n");
        Put("sys/class/dmi/id/sys_vendor", "QEMU\n");
        Put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        Put("sys/kernel/security/lsm", "lockdown,capability,bpf");
        Put("sys/kernel/btf/vmlinux", "abc");
        Put("sys/kernel/btf/nf_tables", "abc");
        Put("run/crio/crio.sock", "");
        File.CreateSymbolicLink(Folder("proc/self/ns/pid"), "pid:[4026531836]");
        File.CreateSymbolicLink(Folder("proc/self/ns/user"), "user:[4026532000]");

        var system = SystemReport.Read(root);

        Assert.Equal(("6.12.0-test", "0f0c", "v2", "integrity"), (system.Release, system.BootId, system.Cgroup, system.Lockdown));
        Assert.Equal<string>(["lockdown", "capability", "bpf"], system.Lsms);
        Assert.Equal((3L, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1), (system.BtfSize, system.BtfHash, system.BtfModules));
        Assert.Equal(["NET_ADMIN", "PERFMON", "BPF"], system.Capabilities);
        Assert.Equal(("65536", "filter", true, true, false, true), (system.MemlockLimit, system.Seccomp, system.NoNewPrivileges, system.HostPidNamespace, system.HostUserNamespace, system.BpfFs));
        Assert.Equal(("cri-o", "/run/crio/crio.sock", "QEMU"), (system.Runtime.Name, system.Runtime.Socket, system.Virtualisation));
        Assert.Contains(("kernel.unprivileged_bpf_disabled", "2"), system.Sysctls);
    }

    [Fact]
    public void K_104_four_lines_say_kernel_btf_bpf_file_system_and_capabilities()
    {
        Put("proc/sys/kernel/osrelease", "6.12.0-test\n");
        Put("sys/kernel/btf/vmlinux", "abc");
        Put("proc/self/status", "CapInh:\t0000000000000000\nCapPrm:\t000000c000001000\nCapEff:\t000000c000001000\nCapBnd:\tffff\n");

        Assert.Equal(
            """
            Kernel: 6.12.0-test
            BTF: yes
            BPF FS: no
            Capabilities: CapInh: 0000000000000000, CapPrm: 000000c000001000, CapEff: 000000c000001000

            """,
            ShortReport.Text(SystemReport.Read(root)));
    }

    [Fact]
    public void Where_nothing_can_be_read_nothing_is_said()
    {
        var system = SystemReport.Read(root);

        Assert.Equal((null, null, "none", "unknown"), (system.Release, system.BtfSize, system.Cgroup, system.Lockdown));
        Assert.Empty(system.Capabilities);
        Assert.Null(system.Runtime.Socket);
    }

    [Fact]
    public void A_kubelet_that_started_anew_is_known_by_its_socket()
    {
        Assert.Equal("", Kubelet.Start(root));
        Put("var/lib/kubelet/device-plugins/kubelet.sock", "");
        var first = Kubelet.Start(root);
        File.SetLastWriteTimeUtc(Path.Join(root, "var/lib/kubelet/device-plugins/kubelet.sock"), new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc));

        Assert.NotEqual("", first);
        Assert.NotEqual(first, Kubelet.Start(root));
    }

    [Theory]
    [InlineData("cgroup /sys/fs/cgroup/cpu cgroup rw 0 0", "v1")]
    [InlineData("cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0", "hybrid")]
    public void Control_groups_are_told_by_their_mounts(string mounts, string expected)
    {
        Put("proc/self/mounts", mounts);
        Assert.Equal(expected, SystemReport.Read(root).Cgroup);
    }

    [Fact]
    public void The_hash_is_SHA_256_at_every_length_about_a_block_and_about_a_buffer()
    {
        var bytes = new byte[(2 * 65536) + 200];
        new Random(7).NextBytes(bytes);
        foreach (var length in Enumerable.Range(0, 200).Concat([65535, 65536, 65537, 65536 + 55, 65536 + 56, 2 * 65536, bytes.Length]))
        {
            var part = bytes[..length];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(part)), Sha256.Hash(new MemoryStream(part)));
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Put(string path, string text) => File.WriteAllText(Folder(path), text);

    private string Folder(string path)
    {
        var full = Path.Join(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
