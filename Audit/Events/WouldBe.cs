namespace Coral.Audit.Events;

/// <summary>What would have been answered if the rollout had not held it back. The variant, the form and the verdict of the decision are those of this answer.</summary>
/// <param name="Reason">The reason code that the injection would have had.</param>
/// <param name="PatchHash">The hash of the bytes of its patch.</param>
/// <param name="PatchOps">How many operations that patch has.</param>
public sealed record WouldBe(string Reason, string PatchHash, int PatchOps);
