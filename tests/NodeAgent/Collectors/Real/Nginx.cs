using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>An nginx of the tests' own, in a control group of its own, whose log says what it answered.</summary>
internal sealed class Nginx : IDisposable
{
    private const string Configuration =
        """
        daemon off;
        worker_processes 2;
        user root;
        pid FOLDER/pid;
        error_log FOLDER/error.log;
        events { worker_connections 256; }
        http {
          log_format told escape=json '{"method":"$request_method","path":"$uri","status":$status,"time":$request_time,"bytes":$bytes_sent,"length":$request_length}';
          access_log FOLDER/access.log told;
          keepalive_requests 1000000;
          sendfile on;
          root FOLDER/files;
          client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fastcgi; uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;
          server {
            listen 127.0.0.1:PORT;
            listen 127.0.0.1:SECOND http2;
            location /slow { limit_rate 100k; }
            location /made { return 201 "made\n"; }
            location /gone { return 410; }
            location /none { return 204; }
            location /moved { return 302 /made; }
            location /broken { return 500; }
            location /passed/ { proxy_pass http://127.0.0.1:PORT/; proxy_http_version 1.1; }
          }
        }
        """;

    private readonly Process process;
    private int read;

    private Nginx(TestGroup group, string folder, int port, int second)
    {
        (Folder, Port, Http2Port) = (folder, port, second);
        File.WriteAllText(Path.Join(folder, "nginx.conf"), Configuration.Replace("FOLDER", folder, StringComparison.Ordinal).Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("SECOND", second.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        process = group.Start("nginx", "-c", Path.Join(folder, "nginx.conf"), "-e", Path.Join(folder, "error.log"));
    }

    internal static string? Missing => File.Exists("/usr/sbin/nginx") ? null : "needs nginx (Debian: nginx-light)";

    internal int Port { get; }

    /// <summary>Where it speaks HTTP/2 without encryption.</summary>
    internal int Http2Port { get; }

    private string Folder { get; }

    /// <summary>Starts one, with files of 1 000, 60 000 and 2 000 000 bytes named by their sizes.</summary>
    internal static async Task<Nginx> Start(TestGroup group)
    {
        var folder = Directory.CreateTempSubdirectory("coral-nginx-").FullName;
        Directory.CreateDirectory(Path.Join(folder, "files"));
        foreach (var size in new[] { 1_000, 60_000, 2_000_000 }) await File.WriteAllBytesAsync(Path.Join(folder, "files", size.ToString(CultureInfo.InvariantCulture)), new byte[size]);
        await File.WriteAllBytesAsync(Path.Join(folder, "files", "slow"), new byte[150_000]);
        int port, second;
        using (var probe = HttpWire.Listen())
        using (var other = HttpWire.Listen())
            (port, second) = (((IPEndPoint)probe.LocalEndPoint!).Port, ((IPEndPoint)other.LocalEndPoint!).Port);

        var nginx = new Nginx(group, folder, port, second);
        await Eventually.Async(async () => (await Command.Run("curl", ["-s", "-o", "/dev/null", $"http://127.0.0.1:{port}/made"])).ExitCode == 0, TimeSpan.FromSeconds(30), "nginx answers");
        // It writes its log after the answer.
        await Eventually.Async(() => Task.FromResult(nginx.Log().Count > 0), TimeSpan.FromSeconds(30), "nginx has logged its first answer");
        return nginx;
    }

    /// <summary>What it has logged since the last time.</summary>
    internal List<Told> Log()
    {
        var lines = File.ReadAllLines(Path.Join(Folder, "access.log"));
        var told = lines.Skip(read).Select(line => JsonElement.Parse(line)).Select(line => new Told(
            line.GetProperty("method").GetString()!, line.GetProperty("path").GetString()!, line.GetProperty("status").GetInt32(), line.GetProperty("time").GetDouble(), line.GetProperty("bytes").GetInt64(), line.GetProperty("length").GetInt64())).ToList();
        read = lines.Length;
        return told;
    }

    /// <summary>Ends it, and waits for that.</summary>
    internal async Task Stop()
    {
        process.Kill(true);
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(true);
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A line of its log.</summary>
    internal sealed record Told(string Method, string Path, int Status, double Seconds, long Bytes, long Length);
}
