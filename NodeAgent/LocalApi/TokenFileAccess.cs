using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Coral.NodeAgent.LocalApi;

/// <summary>Who knows the text of a file may read. The file is read anew for each request, so that a new token counts at once and an old one no longer.</summary>
internal sealed class TokenFileAccess(string path) : IApiAccess
{
    /// <summary>What can't be guessed through the network, however much was tried.</summary>
    private const int Least = 16;

    private const int Most = 4096;

    private static readonly Refusal NoToken = new(StatusCodes.Status503ServiceUnavailable, "this agent's token can't be read: nobody is let in");

    /// <summary>Null, or why nobody could be let in with this file.</summary>
    internal string? Problem()
    {
        try
        {
            var length = Read().Length;
            return length < Least ? $"--token-file {path} holds {length} characters; a token has at least {Least}, such as those of: openssl rand -hex 32" : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"--token-file: {failure.Message}";
        }
    }

    public Task<Refusal?> CheckAsync(HttpContext context) => Task.FromResult(Check(Bearer.Of(context)));

    private Refusal? Check(string? said)
    {
        if (said is null) return Bearer.Missing;
        try
        {
            var token = Read();
            // Of hashes, so that the time tells nothing of the length either.
            return token.Length < Least ? NoToken : CryptographicOperations.FixedTimeEquals(Hash(token), Hash(said)) ? null : Bearer.Wrong;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return NoToken;
        }
    }

    /// <exception cref="IOException">There is no such file, or it is too big to be a token.</exception>
    private string Read()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var room = new byte[Most];
        var length = file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        if (length == room.Length) throw new IOException($"{path} is no token: it is larger than {Most} bytes");
        return Encoding.UTF8.GetString(room, 0, length).Trim();
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
