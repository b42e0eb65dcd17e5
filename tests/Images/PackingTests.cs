using System.Formats.Tar;
using System.Text.Json;

namespace Coral.Images.Tests;

/// <summary>What scripts/images makes of the Dockerfile, with packages and programs of the tests.</summary>
public sealed class PackingTests(FakeDebian debian) : IClassFixture<FakeDebian>
{
    [Theory]
    [InlineData("coral-webhook")]
    [InlineData("coral-agent")]
    [InlineData("coral-webhook-debug")]
    [InlineData("coral-agent-debug")]
    public void An_image_is_what_the_Dockerfile_says(string image)
    {
        var archive = new Archive(Path.Join(debian.Packed, $"{image}.tar"));
        var config = archive.Configuration.GetProperty("config");
        Assert.Equal(Dockerfile.Here.Text(image, "USER"), config.GetProperty("User").GetString());
        Assert.Equal(Dockerfile.Here.Text(image, "WORKDIR"), config.GetProperty("WorkingDir").GetString());
        Assert.Equal(Words(Dockerfile.Here.Text(image, "ENTRYPOINT")), Texts(config.GetProperty("Entrypoint")));
        Assert.Equal(Words(Dockerfile.Here.Text(image, "CMD")), Texts(config.GetProperty("Cmd")));
        Assert.Equal(Dockerfile.Here.Text(image, "ENV").Split(' '), Texts(config.GetProperty("Env")));
        Assert.Equal(Dockerfile.Here.Text(image, "EXPOSE").Split(' ').Select(port => port + "/tcp"), config.GetProperty("ExposedPorts").EnumerateObject().Select(port => port.Name));
        Assert.Equal(Dockerfile.Here.Labels(image, FakeDebian.Arguments), config.GetProperty("Labels").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).ToDictionary(label => label.Name, label => label.Value.GetString()!));
        var health = config.GetProperty("Healthcheck");
        Assert.Equal(
            Dockerfile.Here.Text(image, "HEALTHCHECK"),
            $"--interval={Seconds(health, "Interval")}s --timeout={Seconds(health, "Timeout")}s --start-period={Seconds(health, "StartPeriod")}s --retries={health.GetProperty("Retries")} CMD [{string.Join(", ", Texts(health.GetProperty("Test")).Skip(1).Select(word => $"\"{word}\""))}]");
        Assert.Equal(("linux", "amd64"), (archive.Configuration.GetProperty("os").GetString(), archive.Configuration.GetProperty("architecture").GetString()));
    }

    [Theory]
    [InlineData("coral-webhook")]
    [InlineData("coral-agent")]
    [InlineData("coral-webhook-debug")]
    [InlineData("coral-agent-debug")]
    public async Task The_files_are_those_that_the_Dockerfile_copies(string image)
    {
        var archive = new Archive(Path.Join(debian.Packed, $"{image}.tar"));
        var copies = Dockerfile.Here.Texts(image, "COPY").Select(text => text.Split(' ')).ToList();
        Assert.Equal(copies.Count, archive.Layers.Count);
        foreach (var (copy, layer) in copies.Zip(archive.Layers))
        {
            if (copy[0] == "--from=build")
            {
                Assert.Equal(copy[1..^1].Select(path => $"usr/local/bin/{Path.GetFileName(path)}").Order(StringComparer.Ordinal), layer.Where(entry => entry.Type == TarEntryType.RegularFile).Select(entry => entry.Name));
                continue;
            }

            // The stage `root` runs the same script with the same name; here it runs once more.
            var root = Path.Join(debian.Folder, image + copy[1].Replace('/', '-'));
            var made = await debian.Run("images/rootfs", Path.GetFileName(copy[1].TrimEnd('/')), root);
            Assert.True(made.ExitCode == 0, made.ToString());
            var files = (await Command.Run("find", ["-mindepth", "1", "-printf", "%P\n"], workingDirectory: root)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(files.Order(StringComparer.Ordinal), layer.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_same_input_gives_the_same_bytes()
    {
        var programs = Directory.CreateDirectory(Path.Join(debian.Folder, "later")).FullName;
        foreach (var file in Directory.GetFiles(debian.Programs))
        {
            File.Copy(file, Path.Join(programs, Path.GetFileName(file)));
            File.SetLastWriteTimeUtc(Path.Join(programs, Path.GetFileName(file)), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }

        var again = Path.Join(debian.Folder, "again");
        var run = await debian.Run("scripts/images", "--tag", "v1.2.3", "--tag", "latest", "--registry", "example.org/team", "--programs", programs, "--out", again, "coral-agent-debug", "coral-webhook");
        Assert.True(run.ExitCode == 0, run.ToString());
        foreach (var name in new[] { "coral-agent-debug.tar", "coral-webhook.tar" })
            Assert.True(File.ReadAllBytes(Path.Join(debian.Packed, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Join(again, name))), name);
    }

    [Fact]
    public void Files_are_of_one_time_and_of_root_and_all_may_read_them()
    {
        var files = new Archive(Path.Join(debian.Packed, "coral-agent-debug.tar")).Files.ToList();
        Assert.All(files, file => Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(1767323045), "0:0"), (file.Time, file.Owner)));
        Assert.All(files.Where(file => file.Name != "root" && file.Type != TarEntryType.SymbolicLink), file => Assert.True((file.Mode & 0b100) != 0, file.Name));
        Assert.All(files.Where(file => file.Name.StartsWith("usr/local/bin/", StringComparison.Ordinal)), file => Assert.Equal(0b111_101_101, file.Mode));
        Assert.All(new[] { "tmp", "var/lib/coral" }, name => Assert.Equal(0b001_111_111_111, Assert.Single(files, file => file.Name == name).Mode));
    }

    [Fact]
    public async Task Of_a_package_comes_what_is_needed_and_its_copyright()
    {
        var root = Path.Join(debian.Folder, "kept");
        var made = await debian.Run("images/rootfs", "coral-agent", root);
        Assert.True(made.ExitCode == 0, made.ToString());
        Assert.Contains("libelf1 1.0\n", made.Output, StringComparison.Ordinal);
        foreach (var file in new[] { "usr/lib/x86_64-linux-gnu/libgcc_s.so.1", "usr/lib64/ld-linux-x86-64.so.2", "usr/share/doc/libelf1/copyright", "usr/share/common-licenses/GPL-3", "etc/os-release", "var/lib/dpkg/status.d/libelf1" })
            Assert.True(File.Exists(Path.Join(root, file)), file);
        foreach (var file in new[] { "usr/share/man", "usr/share/locale", "usr/share/gdb", "usr/share/ca-certificates", "usr/lib/x86_64-linux-gnu/gconv", "usr/sbin/update-ca-certificates", "etc/issue", "usr/share/doc/libelf1/changelog.gz" })
            Assert.False(Path.Exists(Path.Join(root, file)), file);
        // Whatever the order of unpacking.
        Assert.Equal("usr/share/ca-certificates/mozilla/A.crt\nusr/share/ca-certificates/mozilla/B.crt\n", await File.ReadAllTextAsync(Path.Join(root, "etc/ssl/certs/ca-certificates.crt")));
        Assert.Equal("root:x:0:0:root:/root:/usr/sbin/nologin\ncoral:x:65532:65532:coral:/var/lib/coral:/usr/sbin/nologin\n", await File.ReadAllTextAsync(Path.Join(root, "etc/passwd")));
    }

    [Fact]
    public void A_shell_is_in_the_debug_images_only()
    {
        Assert.DoesNotContain(new Archive(Path.Join(debian.Packed, "coral-agent.tar")).Files, file => file.Name is "usr/bin/sh" or "usr/bin/busybox");
        var debug = new Archive(Path.Join(debian.Packed, "coral-agent-debug.tar")).Files.ToList();
        Assert.Equal("busybox", Assert.Single(debug, file => file.Name == "usr/bin/sh").Link);
        // A folder would hide the link that the layer below has in its place.
        Assert.All(debug.Where(file => file.Name is "bin" or "sbin" or "lib" or "lib64"), file => Assert.Equal(TarEntryType.SymbolicLink, file.Type));
    }

    [Fact]
    public void Names_and_tags_are_those_that_were_asked_for()
    {
        var plain = new Archive(Path.Join(debian.Packed, "coral-agent.tar"));
        var debug = new Archive(Path.Join(debian.Packed, "coral-agent-debug.tar"));
        Assert.Equal(["example.org/team/coral-agent:v1.2.3", "example.org/team/coral-agent:latest"], Names(plain));
        Assert.Equal(["example.org/team/coral-agent:v1.2.3-debug", "example.org/team/coral-agent:debug"], Names(debug));
        Assert.Equal(Names(debug), Texts(debug.Older[0].GetProperty("RepoTags")));
        Assert.All(Texts(debug.Older[0].GetProperty("Layers")).Append(debug.Older[0].GetProperty("Config").GetString()!), blob => Assert.True(debug.Has(blob), blob));
        Assert.Matches(@"(?m)^example\.org/team/coral-agent:debug +\d+\.\d MB +\d+\.\d MB +sha256:[0-9a-f]{64}$", debian.Said);
    }

    [Theory]
    [InlineData(2, "scripts/images: coral-mail is no image; there are: coral-webhook coral-agent coral-webhook-debug coral-agent-debug", "coral-mail")]
    [InlineData(2, "scripts/images: --tag is \"a b\"; it must be letters, digits, - _ and .", "--tag", "a b")]
    [InlineData(2, "scripts/images: --out needs a value", "--out")]
    [InlineData(2, "scripts/images: --push is no option; see scripts/images --help", "--push")]
    [InlineData(1, "scripts/images: nowhere/coral-webhook is missing: make build publishes the programs, make images does all", "--programs", "nowhere", "--out", "{folder}/none")]
    public async Task A_mistake_is_one_line(int code, string line, params string[] arguments)
    {
        var run = await debian.Run("scripts/images", arguments.Select(argument => argument.Replace("{folder}", debian.Folder, StringComparison.Ordinal)));
        Assert.Equal((code, line + "\n"), (run.ExitCode, run.Errors));
    }

    [Fact]
    public async Task Packages_that_cannot_be_had_are_told_in_one_line()
    {
        var unknown = await debian.Run("images/rootfs", "coral-agent", Path.Join(debian.Folder, "arm"), "arm64");
        Assert.Equal((1, "images/rootfs: no package gcc-14-base or gcc-12-base for arm64 in this machine's package sources; refresh them by apt-get update\n"), (unknown.ExitCode, unknown.Errors));
        File.Move(Path.Join(debian.Folder, "debs", "libcap2.deb"), Path.Join(debian.Folder, "debs", "away"));
        var absent = await debian.Run("images/rootfs", "debug", Path.Join(debian.Folder, "absent"));
        File.Move(Path.Join(debian.Folder, "debs", "away"), Path.Join(debian.Folder, "debs", "libcap2.deb"));
        Assert.Equal(
            (1, "images/rootfs: apt-get could not fetch the packages; a network and package lists that are not too old (apt-get update) are needed: E: Unable to locate package libcap2\n"),
            (absent.ExitCode, absent.Errors));
    }

    private static IEnumerable<string> Names(Archive archive) =>
        archive.Index.GetProperty("manifests").EnumerateArray().Select(manifest => manifest.GetProperty("annotations").GetProperty("io.containerd.image.name").GetString()!);

    private static IEnumerable<string> Words(string json) => Texts(JsonDocument.Parse(json).RootElement);

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(item => item.GetString()!);

    private static long Seconds(JsonElement health, string name) => health.GetProperty(name).GetInt64() / 1_000_000_000;
}
