namespace Coral.Audit.Events;

/// <summary>The <c>message</c> of a decision: one sentence that a person reads in a list.</summary>
internal static class DecisionSentence
{
    public static void Write(DecisionEvent e, ref Sentence text)
    {
        switch (e.Decision)
        {
            case "injected":
                text.Put("Injected the ");
                text.Put(e.Variant ?? "coral");
                text.Put(" sidecar into ");
                break;
            case "skipped":
                text.Put("Skipped ");
                break;
            case "denied":
                text.Put("Denied ");
                break;
            default:
                text.Put("Failed to decide on ");
                break;
        }

        text.Put(e.ResourceType);
        text.Put(" ");
        text.PutName(e.Namespace, e.Name ?? e.GenerateName);
        if (e.Name is null && e.GenerateName is not null) text.Put("*");
        text.Put(": ");
        text.Put(e.Reason);
        text.Put(e.DryRun ? " (dry run)." : ".");
    }
}
