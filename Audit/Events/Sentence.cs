namespace Coral.Audit.Events;

/// <summary>Puts a text for people together without garbage. What does not fit is cut off.</summary>
internal ref struct Sentence(Span<char> room)
{
    /// <summary>Kubernetes names have at most 253 characters, so only odd input is cut.</summary>
    public const int MaxChars = 768;

    private readonly Span<char> room = room;
    private int length;

    public readonly ReadOnlySpan<char> Text => room[..length];

    public void Put(ReadOnlySpan<char> part)
    {
        var fits = part[..Math.Min(part.Length, room.Length - length)];
        fits.CopyTo(room[length..]);
        length += fits.Length;
    }

    public void Put(long number)
    {
        if (number.TryFormat(room[length..], out var written)) length += written;
    }

    /// <summary>The object's name with its namespace before it.</summary>
    public void PutName(string? @namespace, string? name)
    {
        if (@namespace is not null)
        {
            Put(@namespace);
            Put("/");
        }

        Put(name ?? "(unnamed)");
    }
}
