using System.Text;
using System.Text.Json;

namespace Coral.Audit.Search;

/// <summary>
/// The conditions of a query by the members that they are about, to go through a document once, without making anything of it, until one does not hold or all do. What it says no to does not match; what
/// it says yes to may. Thread safe.
/// </summary>
internal sealed class ConditionTree
{
    /// <summary>They are counted in the bits of a number; more are left to whoever looks closer.</summary>
    private const int Most = 60;

    private readonly Member root = new("");
    private readonly List<Condition> conditions = [];
    private readonly ulong all;
    private readonly Member? last;

    public ConditionTree(AuditQuery query, string[] words)
    {
        Require(query.Namespace, "orchestrator", "namespace");
        Require(query.Outcome, "coral", "admission", "decision");
        Require(query.Reason, "event", "reason");
        Require(query.Variant, "coral", "injection", "variant");
        RequireEither(query.Id, ["event", "id"], ["coral", "decision", "id"]);
        foreach (var condition in query.Fields.IsDefault ? [] : query.Fields) Require(condition.Value, condition.Field.Split('.'));
        foreach (var word in words)
        {
            if (Needle.OfWord(word) is not { } needle || conditions.Count == Most) continue;
            conditions.Add(new Condition(null, needle));
            foreach (var path in SearchFields.TextArrays.Prepend(["message"])) At(path).Conditions.Add(conditions.Count - 1);
        }

        all = (1UL << conditions.Count) - 1;
        // Nothing that has a name here stands behind the recorded request, which is most of a document.
        if (query.Fields.IsDefaultOrEmpty) last = At(["coral", "request"]);
    }

    public bool IsEmpty => conditions.Count == 0;

    /// <summary>Throws <see cref="JsonException"/> for what is no JSON, if it comes that far.</summary>
    public bool MayHold(ReadOnlySpan<byte> document)
    {
        var json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = AuditRecord.MostDepth });
        var held = 0UL;
        if (!json.Read()) return false;
        _ = Walk(ref json, root, ref held);
        return held == all;
    }

    /// <summary>Goes through the value that the reader stands on; false when nothing behind it counts any more.</summary>
    private bool Walk(ref Utf8JsonReader json, Member member, ref ulong held)
    {
        if (member == last) return false;
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject when member.Members.Count > 0:
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var inner = member.Find(ref json);
                    json.Read();
                    if (inner is null) json.Skip();
                    else if (!Walk(ref json, inner, ref held)) return false;
                }

                return true;
            case JsonTokenType.StartArray when member.Conditions.Count > 0:
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    _ = Test(ref json, member, ref held);
                    json.Skip();
                }

                return held != all;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                json.Skip();
                return true;
            default:
                return Test(ref json, member, ref held) && held != all;
        }
    }

    /// <summary>Notes which conditions the value fulfils; false when it fails one that nothing else can fulfil.</summary>
    private bool Test(ref Utf8JsonReader json, Member member, ref ulong held)
    {
        var isPossible = true;
        foreach (var number in member.Conditions)
        {
            if (conditions[number].HoldsFor(ref json)) held |= 1UL << number;
            else isPossible &= !conditions[number].IsSingle;
        }

        return isPossible;
    }

    private void Require(string? value, params string[] path)
    {
        if (value is null || conditions.Count == Most) return;
        conditions.Add(new Condition(value, null) { IsSingle = true });
        At(path).Conditions.Add(conditions.Count - 1);
    }

    private void RequireEither(string? value, params string[][] paths)
    {
        if (value is null) return;
        conditions.Add(new Condition(value, null));
        foreach (var path in paths) At(path).Conditions.Add(conditions.Count - 1);
    }

    private Member At(string[] path)
    {
        var member = root;
        foreach (var name in path) member = member.GetOrAdd(name);
        return member;
    }

    /// <summary>A value that has to be there, or a part of a text.</summary>
    private sealed record Condition(string? Value, Needle? Needle)
    {
        private readonly byte[] bytes = Encoding.UTF8.GetBytes(Value ?? "");

        public bool IsSingle { get; init; }

        public bool HoldsFor(ref Utf8JsonReader json) => json.TokenType switch
        {
            JsonTokenType.String => Needle?.IsIn(json.ValueSpan) ?? json.ValueTextEquals(bytes),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Needle is null && json.ValueSpan.SequenceEqual(bytes),
            _ => false,
        };
    }

    private sealed class Member(string name)
    {
        private readonly byte[] name = Encoding.UTF8.GetBytes(name);

        public List<Member> Members { get; } = [];

        public List<int> Conditions { get; } = [];

        public Member? Find(ref Utf8JsonReader json)
        {
            foreach (var member in Members)
                if (json.ValueTextEquals(member.name))
                    return member;
            return null;
        }

        public Member GetOrAdd(string name)
        {
            var found = Members.Find(member => Encoding.UTF8.GetString(member.name) == name);
            if (found is null) Members.Add(found = new Member(name));
            return found;
        }
    }
}
