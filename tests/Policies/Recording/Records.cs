using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Recording;
using Coral.Policies.Selection;
using Coral.Policies.Tests.Decisions;

namespace Coral.Policies.Tests.Recording;

/// <summary>Writes records and makes decisions of them again.</summary>
internal static class Records
{
    internal static byte[] Bytes(PodRequest request, ClusterFacts facts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        RecordedRequest.Write(buffer, request, facts, Some.Engine.Decide(request, facts));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Fails the test where the record holds too little.</summary>
    internal static Decision Replay(byte[] record, string id, ImmutableArray<InjectionPolicy> policies)
    {
        Assert.True(ReplayScene.TryRead(JsonElement.Parse(record), id, ClusterFacts.Empty with { Policies = policies }, out var scene, out var obstacle), obstacle?.Text);
        Assert.True(scene.TryDecide(Some.Engine, out var decision, out obstacle), obstacle?.Text);
        return decision;
    }

    /// <summary>All of a decision, as text.</summary>
    internal static string Text(Decision decision) => JsonSerializer.Serialize(decision);
}
