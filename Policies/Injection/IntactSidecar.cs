using System.Text.Json;
using Coral.Policies.Selection;
using Coral.Policies.Variants;

namespace Coral.Policies.Injection;

/// <summary>What a pod already holds under the name of our container.</summary>
internal enum Present
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A sidecar of ours, as we wrote it.</summary>
    Intact,

    /// <summary>Something else of that name.</summary>
    Foreign,
}

/// <summary>
/// Recognises our sidecar by what it is, never by the annotations: those can be copied or forged. Compared are the members that we wrote, so that what
/// the API server and other webhooks add does not matter; not compared are <c>imagePullPolicy</c> (the AlwaysPullImages plug-in rewrites it) and
/// <c>resources</c> (vertical autoscalers and in-place resize rewrite them), neither of which gives or takes privilege.
/// </summary>
internal static class IntactSidecar
{
    internal static Present Look(JsonElement pod, VariantCatalogue catalogue, InjectionPolicy? policy)
    {
        var found = Present.None;
        foreach (var entry in new PodView(pod).Containers)
        {
            if (!entry.Container.Get("name"u8).Is("coral-agent"u8)) continue;
            if (entry.Kind == ContainerKind.Ephemeral || found != Present.None) return Present.Foreign;
            found = IsOurs(entry, catalogue, policy) ? Present.Intact : Present.Foreign;
        }

        return found;
    }

    private static bool IsOurs(PodView.Entry entry, VariantCatalogue catalogue, InjectionPolicy? policy)
    {
        var restart = entry.Container.Get("restartPolicy"u8);
        var formed = entry.Kind == ContainerKind.Init ? restart.Is("Always"u8) : restart.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
        if (!formed) return false;
        foreach (var variant in catalogue.Variants)
        {
            if (Matches(entry.Container, variant, policy?.Variants.GetValueOrDefault(variant.Name))) return true;
        }

        return false;
    }

    private static bool Matches(JsonElement container, Variant variant, VariantOverride? change)
    {
        var wrote = variant.Container;
        return container.Text("image"u8) == (change?.Image ?? wrote.Text("image"u8))
            && Same(container.Get("command"u8), wrote.Get("command"u8))
            && Same(container.Get("args"u8), change?.Args.ValueKind == JsonValueKind.Array ? change.Args : wrote.Get("args"u8))
            && ContextMatches(container.Get("securityContext"u8), wrote.Get("securityContext"u8), variant.MemlockCapability)
            && container.Get("env"u8).HoldsEntry(wrote.Get("env"u8), "CORAL_VARIANT")
            && HoldsAll(container.Get("volumeMounts"u8), wrote.Get("volumeMounts"u8));
    }

    private static bool ContextMatches(JsonElement context, JsonElement wrote, string? memlock)
    {
        foreach (var member in wrote.EnumerateObject())
        {
            var value = context.Get(member.Name);
            if (member.NameEquals("capabilities"u8))
            {
                if (!SameNames(value.Get("drop"u8), member.Value.Get("drop"u8), null) || !SameNames(value.Get("add"u8), member.Value.Get("add"u8), memlock)) return false;
            }
            else if (member.NameEquals("runAsUser"u8) && wrote.IsTrue("runAsNonRoot"u8))
            {
                // Whichever user it is: see UserRange.
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var user) || user <= 0) return false;
            }
            else if (!Same(value, member.Value))
            {
                return false;
            }
        }

        // What we did not state must not add privilege: capabilities beside `privileged` are the one member that could.
        return wrote.Has("capabilities"u8) || !context.Has("capabilities"u8);
    }

    private static bool SameNames(JsonElement names, JsonElement wrote, string? optional)
    {
        var count = 0;
        foreach (var name in names.ValueKind == JsonValueKind.Array ? names.EnumerateArray() : default)
        {
            if (Contains(wrote, name.AsText())) count++;
            else if (name.AsText() != optional) return false;
        }

        return count == (wrote.ValueKind == JsonValueKind.Array ? wrote.GetArrayLength() : 0);
    }

    private static bool Contains(JsonElement names, string? name)
    {
        foreach (var item in names.ValueKind == JsonValueKind.Array ? names.EnumerateArray() : default)
        {
            if (item.AsText() == name) return true;
        }

        return false;
    }

    private static bool HoldsAll(JsonElement items, JsonElement wrote)
    {
        foreach (var item in wrote.EnumerateArray())
        {
            if (!Holds(items, item)) return false;
        }

        return true;
    }

    private static bool Holds(JsonElement items, JsonElement wrote)
    {
        foreach (var item in items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default)
        {
            if (HoldsMembers(item, wrote)) return true;
        }

        return false;
    }

    private static bool HoldsMembers(JsonElement item, JsonElement wrote)
    {
        foreach (var member in wrote.EnumerateObject())
        {
            var value = item.Get(member.Name);
            if (!Same(value, member.Value)) return false;
        }

        return true;
    }

    /// <summary>An absent member, which <see cref="JsonElement.DeepEquals"/> refuses to compare, is the same as an absent one only.</summary>
    private static bool Same(JsonElement now, JsonElement wrote) =>
        now.ValueKind == JsonValueKind.Undefined || wrote.ValueKind == JsonValueKind.Undefined ? now.ValueKind == wrote.ValueKind : JsonElement.DeepEquals(now, wrote);

    private static bool HoldsEntry(this JsonElement items, JsonElement wrote, string name)
    {
        foreach (var item in wrote.EnumerateArray())
        {
            if (item.Text("name"u8) == name) return Holds(items, item);
        }

        return false;
    }

    internal static bool Is(this JsonElement element, ReadOnlySpan<byte> text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);
}
