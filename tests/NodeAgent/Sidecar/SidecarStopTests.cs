using System.Diagnostics;
using System.Net.Sockets;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Sidecar;

/// <summary>A sidecar is often told to stop in its first second: when the application beside it ends at once.</summary>
public sealed class SidecarStopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Told_to_stop_in_the_moment_in_which_it_begins_to_answer_it_ends()
    {
        // Each round hits another moment of the start.
        for (var round = 0; round < 10; round++)
        {
            var port = Ports.Take();
            using var sidecar = Process.Start(new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "coral-agent"), ["sidecar", "--listen", $"127.0.0.1:{port}"]) { UseShellExecute = false, RedirectStandardError = true })!;
            var log = sidecar.StandardError.ReadToEndAsync();
            try
            {
                await AnsweringAsync(port, sidecar);
                Signal.Terminate(sidecar.Id);
                await sidecar.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
                // 143: it had not begun to listen to signals, and what the kernel does then is right too.
                Assert.True(sidecar.ExitCode is 0 or 143, $"exit code {sidecar.ExitCode}: {await log}");
            }
            finally
            {
                sidecar.Kill();
            }
        }
    }

    private static async Task AnsweringAsync(int port, Process sidecar)
    {
        var watch = Stopwatch.StartNew();
        while (!sidecar.HasExited && watch.Elapsed < Patience)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        Assert.Fail($"nothing answers on port {port}");
    }
}
