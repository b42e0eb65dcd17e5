using System.Collections.Concurrent;
using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;
using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The published agent and the programs of ../Oracle, made once, and a root of a guest that holds all of them.</summary>
public sealed class AgentFixture : IAsyncLifetime
{
    private static readonly string[] Libraries =
    [
        "libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libgcc_s.so.1", "libstdc++.so.6", "libbpf.so.1", "libelf.so.1", "libz.so.1",
    ];

    private static readonly string[] LibraryFolders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"];

    private const string Objects = "bpf/";
    private const string OfTheProbe = "bpf/probe/";

    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    private readonly ConcurrentDictionary<(string Suite, string Lockdown), Lazy<Task<Guest>>> guests = new();
    private readonly string folder = Directory.CreateTempSubdirectory("coral-agent-tests").FullName;

    /// <summary>The agent as it ships: one trimmed file.</summary>
    public string Agent => Path.Join(folder, "rootfs", "bin", "coral-agent");

    /// <summary>The independent check.</summary>
    public string Oracle => Path.Join(folder, "rootfs", "bin", "oracle");

    /// <summary>What a guest has for its root.</summary>
    public string GuestRoot => Path.Join(folder, "rootfs");

    /// <summary>What a guest of this kernel said: it is started once for all that ask.</summary>
    internal Task<Guest> Run(string suite, string lockdown) => guests.GetOrAdd((suite, lockdown), key => new(() => Guest.Run(GuestRoot, key.Suite, key.Lockdown))).Value;

    /// <summary>Runs the oracle here, with the capabilities of these numbers or as it is.</summary>
    public async Task<ImmutableSortedDictionary<string, Opinion>> Opinions(params string[] arguments) => Opinion.Read(await Here(Oracle, arguments));

    /// <summary>Runs a program here in a mount namespace that has tracefs, as a guest has.</summary>
    public static async Task<string> Here(string program, params string[] arguments)
    {
        const string Script = """mount --make-rprivate / && { [ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; } && exec "$0" "$@" """;
        var result = await Command.Run("unshare", ["-m", "sh", "-c", Script, program, .. arguments]);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{program}: {result}");
    }

    public async Task InitializeAsync()
    {
        if (AgentTools.Missing is not null) return;
        // Another user runs it too.
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(Path.Join(GuestRoot, "bin"));
        File.Copy(await Published.Value, Agent);
        await Compile("oracle", "-lbpf");
        await Compile("verify", "-lbpf");
        await Compile("work", "-static");
        MakeGuest();
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>What went into the images of this run, where they were made; else it is published now, which takes a minute and more.</summary>
    private static async Task<string> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable("CORAL_IMAGES") is { Length: > 0 } images && Path.GetFullPath(Path.Join(images, "..", "bin", "coral-agent")) is var made && File.Exists(made)) return made;
        var to = Path.Join(Repository.Root, "tests", "NodeAgent", "obj", "published");
        await Expect("dotnet", "publish", Path.Join(Repository.Root, "NodeAgent"), "-c", "Release", "-r", "linux-x64", "--self-contained", "--nologo", "-v", "quiet", "-o", to,
            "-p:PublishSingleFile=true", "-p:PublishTrimmed=true", "-p:PublishReadyToRun=true", "-p:DebugType=none");
        return Path.Join(to, "coral-agent");
    }

    private Task Compile(string name, string option) =>
        Expect("cc", "-Wall", "-Wextra", "-Werror", "-O1", "-o", Path.Join(GuestRoot, "bin", name), Path.Join(Repository.Root, "tests", "NodeAgent", "Oracle", $"{name}.c"), option);

    private void MakeGuest()
    {
        var busybox = Array.Find(["/bin/busybox", "/usr/bin/busybox"], File.Exists) ?? throw new InvalidOperationException("no busybox: apt-get install busybox-static");
        File.Copy(busybox, Path.Join(GuestRoot, "bin", "busybox"));
        foreach (var applet in new[] { "sh", "mount", "poweroff", "ip", "cat", "sleep", "grep", "mkdir", "wc" }) File.CreateSymbolicLink(Path.Join(GuestRoot, "bin", applet), "busybox");
        Directory.CreateDirectory(Path.Join(GuestRoot, "lib64"));
        File.Copy("/lib64/ld-linux-x86-64.so.2", Path.Join(GuestRoot, "lib64", "ld-linux-x86-64.so.2"));
        Directory.CreateDirectory(Path.Join(GuestRoot, "lib/x86_64-linux-gnu"));
        foreach (var library in Libraries)
        {
            var from = LibraryFolders.Select(place => Path.Join(place, library)).First(File.Exists);
            File.Copy(from, Path.Join(GuestRoot, "lib/x86_64-linux-gnu", library));
        }

        Directory.CreateDirectory(Path.Join(GuestRoot, "bpf"));
        foreach (var name in typeof(BpfFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Objects, StringComparison.Ordinal) && !name.StartsWith(OfTheProbe, StringComparison.Ordinal)))
            File.WriteAllBytes(Path.Join(GuestRoot, "bpf", Path.GetFileName(name)), BpfFiles.Find(name[Objects.Length..^".o".Length])!);
    }

    private static async Task Expect(string program, params string[] arguments)
    {
        var result = await Command.Run(program, arguments);
        if (result.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {result}");
    }
}

/// <summary>Tests that load programs into the kernel of this machine, one after another: one of them counts what is in it, and a collector fills the ring of another.</summary>
[CollectionDefinition(Name)]
public sealed class AgentTests : ICollectionFixture<AgentFixture>
{
    internal const string Name = "agent";
}

/// <summary>Tests in guests, which have kernels of their own: beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class GuestCollection : ICollectionFixture<AgentFixture>
{
    internal const string Name = "guests";
}
