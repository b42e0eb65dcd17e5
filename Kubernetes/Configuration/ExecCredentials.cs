using System.ComponentModel;
using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>Credentials of a plug-in, run at the first need, when they have expired, and when the server refuses the token; never twice at once.</summary>
internal sealed class ExecCredentials(ExecSpec spec, TimeProvider time) : ICredentials
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim gate = new(1, 1);
    private Credential? cached;

    public async ValueTask<string?> TokenAsync(CancellationToken cancellation) => (await GetAsync(cancellation)).Token;

    public async ValueTask<SslStreamCertificateContext?> CertificateAsync(CancellationToken cancellation) => (await GetAsync(cancellation)).Certificate;

    public bool Refused(string? token)
    {
        // A token of an earlier run may be refused late; only the current one is dropped.
        if (cached is { } current && string.Equals(current.Token, token, StringComparison.Ordinal)) Interlocked.CompareExchange(ref cached, null, current);
        return token is not null;
    }

    public void Dispose() => gate.Dispose();

    private async ValueTask<Credential> GetAsync(CancellationToken cancellation)
    {
        if (Fresh() is { } ready) return ready;
        await gate.WaitAsync(cancellation);
        try
        {
            if (Fresh() is { } meanwhile) return meanwhile;
            var credential = Parse(await RunAsync(cancellation));
            cached = credential;
            return credential;
        }
        finally
        {
            gate.Release();
        }
    }

    private Credential? Fresh() => Volatile.Read(ref cached) is { } held && (held.Expires is null || held.Expires > time.GetUtcNow()) ? held : null;

    private async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var process = Start();
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode == 0) return await output;
            throw Failed($"failed with exit code {process.ExitCode}: {FirstLine(await errors)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (cancellation.IsCancellationRequested) throw;
            throw Failed($"did not end within {Patience.TotalSeconds:0} s");
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(spec.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in spec.Arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in spec.Variables) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = spec.Info;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Failed($"cannot be started: {exception.Message}{(spec.InstallHint is null ? "" : " " + FirstLine(spec.InstallHint))}");
        }
    }

    private Credential Parse(string output)
    {
        JsonElement answer;
        try
        {
            answer = JsonElement.Parse(output);
        }
        catch (JsonException)
        {
            throw Failed("answered with something that is no JSON");
        }

        if (answer.Text("kind"u8) != "ExecCredential" || answer.Text("apiVersion"u8) != spec.ApiVersion)
            throw Failed($"answered with kind '{answer.Text("kind"u8)}' of '{answer.Text("apiVersion"u8)}', expected ExecCredential of '{spec.ApiVersion}'");
        var status = answer.Field("status"u8);
        var token = status?.Text("token"u8);
        var certificate = ReadCertificate(status?.Text("clientCertificateData"u8), status?.Text("clientKeyData"u8));
        if (string.IsNullOrEmpty(token) && certificate is null) throw Failed("answered with neither a token nor a client certificate");
        DateTimeOffset? expires = null;
        if (status?.Field("expirationTimestamp"u8) is { ValueKind: JsonValueKind.String } text)
        {
            expires = text.TryGetDateTimeOffset(out var moment)
                ? moment
                : throw Failed($"answered with an expirationTimestamp that is no time: '{text.GetString()}'");
        }

        return new(token, certificate, expires);
    }

    private SslStreamCertificateContext? ReadCertificate(string? certificate, string? key)
    {
        if (certificate is null && key is null) return null;
        try
        {
            return PemCertificates.Client(certificate ?? "", key ?? "");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Failed($"answered with a client certificate and key that cannot be used together: {exception.Message}");
        }
    }

    private KubernetesConfigException Failed(string how) => new([$"{spec.What}: the plug-in '{spec.Command}' {how}"]);

    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } line
            ? line.Length > 300 ? line[..300] : line
            : "it said nothing";

    /// <summary>No record: it must not print itself.</summary>
    private sealed class Credential(string? token, SslStreamCertificateContext? certificate, DateTimeOffset? expires)
    {
        public string? Token { get; } = token;

        public SslStreamCertificateContext? Certificate { get; } = certificate;

        public DateTimeOffset? Expires { get; } = expires;
    }
}
