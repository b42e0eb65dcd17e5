using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;

namespace Coral.NodeAgent.SystemFacts;

/// <summary>
/// SHA-256 (FIPS 180-4) of a stream in plain C#: a fingerprint and no protection. The one of .NET is OpenSSL's, which aborts the process where libssl is missing, as in an image that only
/// probes, and takes 5 MB of memory (measured, of 28) that a probe needs for nothing else. It is the faster one: 10 against 30 ms for the kernel's BTF of 5.5 MB.
/// </summary>
internal static class Sha256
{
    private const int BlockSize = 64;

    /// <summary>The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4 §4.2.2).</summary>
    private static readonly ImmutableArray<uint> Constants = [.. FirstPrimes(64).Select(prime => Fraction(Math.Cbrt(prime)))];

    /// <summary>Of all that is left in the stream, in hexadecimal.</summary>
    internal static string Hash(Stream stream)
    {
        uint[] state = [.. FirstPrimes(8).Select(prime => Fraction(Math.Sqrt(prime)))];
        var buffer = new byte[1024 * BlockSize];
        var length = 0L;
        int count;
        while ((count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) == buffer.Length)
        {
            length += count;
            for (var at = 0; at < count; at += BlockSize) Mix(state, buffer.AsSpan(at, BlockSize));
        }

        length += count;
        // A one bit, zeros, and the length in bits as the last eight bytes of a block.
        var padded = new byte[((count + 8) / BlockSize + 1) * BlockSize];
        buffer.AsSpan(0, count).CopyTo(padded);
        padded[count] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(padded.AsSpan(padded.Length - 8), length * 8);
        for (var at = 0; at < padded.Length; at += BlockSize) Mix(state, padded.AsSpan(at, BlockSize));
        return string.Concat(state.Select(word => word.ToString("x8")));
    }

    private static void Mix(uint[] state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[64];
        for (var i = 0; i < 16; i++) words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        for (var i = 16; i < 64; i++)
        {
            uint x = words[i - 15], y = words[i - 2];
            var small0 = BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);
            var small1 = BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10);
            words[i] = words[i - 16] + small0 + words[i - 7] + small1;
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        var constants = Constants.AsSpan();
        for (var i = 0; i < 64; i++)
        {
            var big1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            var first = h + big1 + ((e & f) ^ (~e & g)) + constants[i] + words[i];
            var big0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            var second = big0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static IEnumerable<int> FirstPrimes(int count) =>
        Enumerable.Range(2, 400).Where(number => Enumerable.Range(2, number - 2).All(divisor => number % divisor != 0)).Take(count);

    private static uint Fraction(double root) => (uint)((root - Math.Floor(root)) * 4294967296.0);
}
