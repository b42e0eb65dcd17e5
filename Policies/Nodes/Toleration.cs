using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>One entry of <c>spec.tolerations</c>, read in place.</summary>
internal readonly struct Toleration(JsonElement toleration)
{
    private readonly JsonElement key = toleration.Get("key"u8);
    private readonly JsonElement operation = toleration.Get("operator"u8);
    private readonly JsonElement value = toleration.Get("value"u8);
    private readonly JsonElement effect = toleration.Get("effect"u8);

    /// <summary>As the scheduler has it: an empty key or effect stands for any, and no operator means Equal.</summary>
    public bool Tolerates(TaintIndex.Entry taint)
    {
        if (!IsEmpty(key) && !key.ValueEquals(taint.Key)) return false;
        if (!IsEmpty(effect) && !effect.ValueEquals(taint.Effect)) return false;
        if (IsEmpty(operation) || operation.ValueEquals("Equal"u8)) return IsEmpty(value) ? taint.Value.Length == 0 : value.ValueEquals(taint.Value);
        return operation.ValueEquals("Exists"u8) || ToleratesNumber(taint);
    }

    // Lt and Gt (KEP-5471, alpha in 1.35 and 1.36) stand behind a gate. A server without it refuses such pods, so honouring them everywhere changes nothing there.
    private bool ToleratesNumber(TaintIndex.Entry taint)
    {
        var below = operation.ValueEquals("Lt"u8);
        return (below || operation.ValueEquals("Gt"u8))
            && TryWhole(value.AsText(), out var bound) && TryWhole(taint.Taint.Value, out var number)
            && (below ? number < bound : number > bound);
    }

    // Stricter than the numbers of node affinity: no plus, no leading zero, no -0.
    private static bool TryWhole(string? text, out long number)
    {
        number = 0;
        var digits = text.AsSpan().TrimStart('-');
        return text is not null && text.Length - digits.Length <= 1 && (text == "0" || digits is [>= '1' and <= '9', ..]) && LabelSelectors.TryNumber(text, out number);
    }

    private static bool IsEmpty(JsonElement text) => text.ValueKind != JsonValueKind.String || text.ValueEquals(default(ReadOnlySpan<byte>));
}
