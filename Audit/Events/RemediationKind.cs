namespace Coral.Audit.Events;

/// <summary>Where an action stands in the Elastic Common Schema, by what it does to its object: the schema allows each category its own types only.</summary>
internal readonly ref struct RemediationKind
{
    public required ReadOnlySpan<byte> Category { get; init; }

    public ReadOnlySpan<byte> SecondCategory { get; init; }

    public required ReadOnlySpan<byte> Type { get; init; }

    public ReadOnlySpan<byte> SecondType { get; init; }

    public static RemediationKind Of(ReadOnlySpan<char> action)
    {
        var verb = action.IndexOf('-') is > 0 and var end ? action[..end] : action;
        return verb switch
        {
            "kill" => new RemediationKind { Category = "process"u8, Type = "end"u8 },
            "isolate" => new RemediationKind { Category = "network"u8, SecondCategory = "configuration"u8, Type = "denied"u8, SecondType = "change"u8 },
            "restart" or "evict" or "delete" => new RemediationKind { Category = "api"u8, Type = "deletion"u8 },
            _ => new RemediationKind { Category = "configuration"u8, Type = "change"u8 },
        };
    }
}
