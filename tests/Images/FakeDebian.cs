namespace Coral.Images.Tests;

/// <summary>
/// Package sources without a network: small packages with the names of images/packages, an apt-get that gives them out, and programs that are none.
/// </summary>
public sealed class FakeDebian : IAsyncLifetime
{
    private const string Apt = """
        #!/bin/sh
        # apt-get [OPTION]... download [--print-uris] NAME:ARCHITECTURE...
        for one; do
          case $one in
            *:amd64) [ -f "$FAKE_DEBIAN/${one%:amd64}.deb" ] || { echo "E: Unable to locate package ${one%:*}"; exit 100; }; [ "$uris" ] || cp "$FAKE_DEBIAN/${one%:amd64}.deb" .;;
            --print-uris) uris=yes;;
            *:arm64) exit 100;;
          esac
        done
        """;

    private static readonly (string Name, string Content)[] Packages =
    [
        ("base-files", "usr/lib/os-release etc/issue usr/share/common-licenses/GPL-3"),
        ("libc6", "usr/lib/x86_64-linux-gnu/libc.so.6 usr/lib/x86_64-linux-gnu/gconv/UTF-16.so lib64/ld-linux-x86-64.so.2"),
        ("gcc-12-base", ""),
        ("libgcc-s1", "lib/x86_64-linux-gnu/libgcc_s.so.1"),
        ("libstdc++6", "usr/lib/x86_64-linux-gnu/libstdc++.so.6 usr/share/gdb/auto-load/libstdc++.py"),
        ("libssl3", "usr/lib/x86_64-linux-gnu/libssl.so.3"),
        ("ca-certificates", "usr/share/ca-certificates/mozilla/B.crt usr/share/ca-certificates/mozilla/A.crt usr/sbin/update-ca-certificates"),
        ("tini", "usr/bin/tini usr/bin/tini-static"),
        ("zlib1g", "lib/x86_64-linux-gnu/libz.so.1"),
        ("libelf1", "usr/lib/x86_64-linux-gnu/libelf.so.1 usr/share/locale/de/LC_MESSAGES/elfutils.mo"),
        ("libbpf1", "usr/lib/x86_64-linux-gnu/libbpf.so.1"),
        ("busybox-static", "bin/busybox"),
        ("libcap2", "lib/x86_64-linux-gnu/libcap.so.2"),
        ("libcap2-bin", "sbin/capsh"),
    ];

    /// <summary>Where it all is; a test makes folders of its own in it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("coral-images-").FullName;

    /// <summary>Files with the names of the programs.</summary>
    public string Programs => Path.Join(Folder, "programs");

    /// <summary>All images, packed once: the folder of the archives.</summary>
    public string Packed => Path.Join(Folder, "packed");

    /// <summary>What scripts/images said then.</summary>
    public string Said { get; private set; } = "";

    /// <summary>The Dockerfile's arguments in all of it.</summary>
    public static IReadOnlyDictionary<string, string> Arguments { get; } =
        new Dictionary<string, string> { ["VERSION"] = "v1.2.3", ["COMMIT"] = "abc1234", ["BUILD_DATE"] = "2026-01-02T03:04:05Z", ["SOURCE"] = "https://example.org/coral" };

    /// <summary>Runs a script of the repository, for which only these packages are there.</summary>
    public Task<CommandResult> Run(string script, params IEnumerable<string> arguments)
    {
        var environment = new Dictionary<string, string>(Arguments, StringComparer.Ordinal)
        {
            ["PATH"] = $"{Folder}/bin:{Environment.GetEnvironmentVariable("PATH")}",
            ["FAKE_DEBIAN"] = $"{Folder}/debs",
            ["SOURCE_DATE_EPOCH"] = "1767323045",
        };
        return Command.Run(Path.Join(Repository.Root, script), arguments, environment: environment);
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Join(Folder, "debs"));
        Directory.CreateDirectory(Programs);
        Directory.CreateDirectory(Path.Join(Folder, "bin"));
        var apt = Path.Join(Folder, "bin", "apt-get");
        await File.WriteAllTextAsync(apt, Apt);
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(apt, (UnixFileMode)0b111_101_101);
        foreach (var program in new[] { "coral", "coral-agent", "coral-webhook" }) await File.WriteAllTextAsync(Path.Join(Programs, program), $"the program {program}\n");
        foreach (var (name, content) in Packages) await Make(name, content);
        var packed = await Run("scripts/images", "--tag", "v1.2.3", "--tag", "latest", "--registry", "example.org/team", "--programs", Programs, "--out", Packed);
        Said = packed.ExitCode == 0 ? packed.Output : throw new InvalidOperationException($"scripts/images: {packed}");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    private async Task Make(string name, string content)
    {
        var root = Path.Join(Folder, "package");
        foreach (var file in content.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append($"usr/share/doc/{name}/copyright").Append($"usr/share/doc/{name}/changelog.gz").Append($"usr/share/man/man1/{name}.1.gz"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(root, file))!);
            await File.WriteAllTextAsync(Path.Join(root, file), $"{file}\n");
        }

        Directory.CreateDirectory(Path.Join(root, "DEBIAN"));
        await File.WriteAllTextAsync(Path.Join(root, "DEBIAN", "control"), $"Package: {name}\nVersion: 1.0\nArchitecture: amd64\nMaintainer: nobody\nDescription: a test's\n");
        var built = await Command.Run("dpkg-deb", ["--build", "--root-owner-group", root, Path.Join(Folder, "debs", $"{name}.deb")]);
        Directory.Delete(root, recursive: true);
        Assert.True(built.ExitCode == 0, $"dpkg-deb: {built}");
    }
}
