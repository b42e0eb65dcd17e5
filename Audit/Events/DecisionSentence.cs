namespace Coral.Audit.Events;

/// <summary>The <c>message</c> of a decision: one sentence that a person reads in a list.</summary>
internal static class DecisionSentence
{
    /// <summary>Kubernetes names have at most 253 characters, so only odd input is cut.</summary>
    public const int MaxChars = 768;

    /// <summary>Returns how many characters of <paramref name="text"/> were written.</summary>
    public static int Write(DecisionEvent e, Span<char> text)
    {
        var length = 0;
        switch (e.Decision)
        {
            case "injected":
                Put(text, ref length, "Injected the ");
                Put(text, ref length, e.Variant ?? "coral");
                Put(text, ref length, " sidecar into ");
                break;
            case "skipped":
                Put(text, ref length, "Skipped ");
                break;
            case "denied":
                Put(text, ref length, "Denied ");
                break;
            default:
                Put(text, ref length, "Failed to decide on ");
                break;
        }

        Put(text, ref length, e.ResourceType);
        Put(text, ref length, " ");
        if (e.Namespace is not null)
        {
            Put(text, ref length, e.Namespace);
            Put(text, ref length, "/");
        }

        Put(text, ref length, e.Name ?? e.GenerateName ?? "(unnamed)");
        if (e.Name is null && e.GenerateName is not null) Put(text, ref length, "*");
        Put(text, ref length, ": ");
        Put(text, ref length, e.Reason);
        Put(text, ref length, e.DryRun ? " (dry run)." : ".");
        return length;
    }

    private static void Put(Span<char> text, ref int length, string part)
    {
        var fits = part.AsSpan(0, Math.Min(part.Length, text.Length - length));
        fits.CopyTo(text[length..]);
        length += fits.Length;
    }
}
