namespace Coral.Webhook.Facts.Probing;

/// <summary>The probe learnt nothing. The message is one line that says why and, where somebody can, what to do.</summary>
internal sealed class ProbeException(string message, Exception? inner = null) : Exception(message, inner);
