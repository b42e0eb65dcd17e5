using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Images.Tests.Real;

/// <summary>The images as they are shipped, run as nobody on a root that cannot be written.</summary>
public sealed class ImageTests(BuiltImages images) : IClassFixture<BuiltImages>
{
    [ImageFact]
    public async Task The_agent_tells_its_four_lines()
    {
        var (succeeded, output) = await images.Run("probe", "coral-agent:latest", "coral-agent", "probe", "-o", "short");
        Assert.True(succeeded, output);
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), lines[0].Split(' ')[^1]);
        Assert.Contains(lines, line => line.StartsWith("CapEff", StringComparison.Ordinal) || line.Contains("Cap", StringComparison.Ordinal));
    }

    [ImageFact]
    public async Task The_sidecar_is_what_the_image_runs_and_both_programs_ask_it()
    {
        await images.Start("sidecar", "coral-agent:latest", more: new JsonObject
        {
            ["env"] = new JsonArray(new JsonObject { ["name"] = "CORAL_VARIANT", ["value"] = "restricted" }),
            ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = 9001 }, ["periodSeconds"] = 1 },
        });
        await images.Ready("sidecar");

        var status = await images.In("sidecar", "coral", "agent", "status", "-o", "json");
        Assert.True(status.ExitCode == 0, status.ToString());
        var told = JsonDocument.Parse(status.Output).RootElement;
        Assert.Equal(("restricted", 65532), (told.GetProperty("variant").GetString(), told.GetProperty("user").GetInt32()));
        var table = await images.In("sidecar", "coral", "agent", "status");
        Assert.True(table.ExitCode == 0, table.ToString());
        // The image's own health check (C-62).
        Assert.Equal(0, (await images.In("sidecar", "coral-agent", "--health")).ExitCode);
        var elsewhere = await images.In("sidecar", "coral-agent", "--health", "127.0.0.1:9002");
        Assert.Contains("nothing answers at http://127.0.0.1:9002/health", elsewhere.Errors, StringComparison.Ordinal);
        Assert.Equal(1, elsewhere.ExitCode);
        var shell = await images.In("sidecar", "sh", "-c", "true");
        Assert.Contains("\"sh\": executable file not found", shell.Errors, StringComparison.Ordinal);
    }

    [ImageFact]
    public async Task The_webhook_tells_its_version_and_serves()
    {
        var (succeeded, version) = await images.Run("version", "coral-webhook:latest", "coral-webhook", "--version");
        Assert.True(succeeded, version);
        var labels = new Archive(Path.Join(images.Folder, "coral-webhook.tar")).Configuration.GetProperty("config").GetProperty("Labels");
        Assert.Equal($"{labels.GetProperty("org.opencontainers.image.version")}+{labels.GetProperty("org.opencontainers.image.revision")}.{labels.GetProperty("org.opencontainers.image.created")}", version.Trim());

        await images.Cluster.Kubectl("create", "configmap", "standalone", "--from-file", Path.Join(Repository.Root, "manifests", "samples", "standalone"));
        await images.Start(
            "webhook",
            "coral-webhook:latest",
            more: new JsonObject
            {
                ["args"] = new JsonArray("serve", "--standalone", "/etc/coral", "--metrics-listen", ":9102"),
                ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/readyz", ["port"] = 9102 }, ["periodSeconds"] = 1 },
                ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "work", ["mountPath"] = "/var/lib/coral" }, new JsonObject { ["name"] = "standalone", ["mountPath"] = "/etc/coral" }),
            },
            volumes: new JsonArray(
                new JsonObject { ["name"] = "work", ["emptyDir"] = new JsonObject() },
                new JsonObject { ["name"] = "standalone", ["configMap"] = new JsonObject { ["name"] = "standalone" } }));
        await images.Ready("webhook");
        Assert.Equal(0, (await images.In("webhook", "coral-webhook", "--health")).ExitCode);
        Assert.Equal(1, (await images.In("webhook", "coral-webhook", "--health", "127.0.0.1:9103")).ExitCode);
    }

    [ImageTheory]
    [InlineData("coral-agent")]
    [InlineData("coral-webhook")]
    public async Task K_103_K_104_the_seeds_lines_run_in_the_debug_image(string image)
    {
        var (succeeded, output) = await images.Run($"{image}-debug", $"{image}:debug", "sh", "-c", "uname -r; ls /sys/kernel/btf/vmlinux; ls -d /sys/fs/bpf; grep Cap /proc/self/status | head -3; busybox --list | sed 's/^/applet /'");
        Assert.True(succeeded, output);
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal([File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), "/sys/kernel/btf/vmlinux", "/sys/fs/bpf"], lines[..3]);
        Assert.Equal(["CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000"], lines[3..6]);
        // No link leads to an applet that this busybox lacks.
        Assert.Empty(File.ReadLines(Path.Join(Repository.Root, "images", "applets")).Except(lines.Where(line => line.StartsWith("applet ", StringComparison.Ordinal)).Select(line => line[7..])));
    }

    [ImageTheory]
    [InlineData("coral-agent", "usr/bin/tini", "usr/local/bin/coral", "usr/local/bin/coral-agent")]
    [InlineData("coral-webhook", "usr/bin/tini", "usr/local/bin/coral-webhook")]
    public void The_plain_images_have_no_shell_and_no_package_manager(string image, params string[] programs)
    {
        var files = new Archive(Path.Join(images.Folder, $"{image}.tar")).Files.ToList();
        var run = files.Where(file => file.Type == TarEntryType.RegularFile && (file.Mode & 0b001_001_001) != 0 && !file.Name.Contains(".so", StringComparison.Ordinal)).Select(file => file.Name);
        Assert.Equal(programs, run.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(files, file => (file.Mode & 0b110_000_000_000) != 0);
    }
}
