using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Coral.Audit.Events;

namespace Coral.Audit.Tests.Events;

/// <summary>Events of any type with what an encoder or a server could stumble over in their properties, wherever it fits.</summary>
internal static class OddEvents
{
    private static readonly string[] Texts =
    [
        "", " ", "\0", "\ud800", "a\udc00b", "\u2028\u2029\u0085", "\r\n\t\b\f", "\"\\/", "</script>", "\ufeff", "\ufffe\uffff", "🪸", "e\u0301", "NaN", "null", "-0", "_id", ".", "..", "a..b", ".a", "a.", "*", "coral.writer",
        "2026-13-45T99:99:99Z", "999.999.999.999", "1e999", new('x', 40_000), new('\u0001', 9_000), string.Concat(Enumerable.Repeat("ü\ud83d", 9_000)),
    ];

    private static readonly long[] Numbers = [0, -1, 1, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, (1L << 53) + 1];

    private static readonly double[] Doubles = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, -0.0, 1e-300, 0.1];

    private static readonly DateTimeOffset[] Times = [DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch, new(2026, 2, 28, 23, 59, 59, TimeSpan.FromHours(14)), new(1, 1, 2, 0, 0, 0, TimeSpan.FromHours(-14))];

    private static readonly IPAddress[] Addresses = [IPAddress.Any, IPAddress.IPv6Any, IPAddress.Broadcast, IPAddress.Parse("fe80::1%7"), IPAddress.Parse("::ffff:10.0.0.1"), IPAddress.Parse("2001:db8::dead:beef")];

    private static readonly string[] Requests =
    [
        "{}", "{\n\r\n}", Deep(60), Deep(300), "{\"\":{\"\":1}}", "{\"a.b\":{\".\":1},\"a\":{\"b\":2}}", "{\"_id\":1,\"@timestamp\":\"never\",\"x\":1,\"x\":2}", "{\"n\":[1e400,-1e400,123456789012345678901234567890,0.1e-400]}",
        $"{{\"x\":\"{new string('x', DecisionEvent.MaxRequestBytes - 8)}\"}}", $"{{\"x\":\"{new string('x', DecisionEvent.MaxRequestBytes)}\"}}", "{\"x\":\"\\ud800\\u0000\\u2028\"}", $"{{\"{new string('k', 40_000)}\":1}}",
    ];

    /// <summary>About half of the values of a sample are others; the same number gives the same event.</summary>
    public static AuditEvent Make(AuditEvent sample, int number)
    {
        var random = new Random(number);
        return (AuditEvent)Bend(sample.GetType(), sample, random)!;
    }

    private static object? Bend(Type type, object? value, Random random)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(Pick(Requests, random)));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return Several(type.GenericTypeArguments[0], value, random);
        if (value is null || IsLeftAlone(type)) return value;
        if (IsSimple(type)) return random.Next(2) == 0 ? value : Other(type, value, random);
        return Inside(type, value, random);
    }

    /// <summary>What chooses the code's way, and what is signed, stays as it is.</summary>
    private static bool IsLeftAlone(Type type) => type.IsEnum || type.Namespace!.Contains(".Chain", StringComparison.Ordinal) || type == typeof(AuditStream);

    private static bool IsSimple(Type type) => type.IsPrimitive || type == typeof(string) || type == typeof(DateTimeOffset) || type == typeof(IPAddress);

    private static object Other(Type type, object value, Random random) => value switch
    {
        string => Pick(Texts, random),
        bool flag => !flag,
        double => Pick(Doubles, random),
        int => unchecked((int)Pick(Numbers, random)),
        uint => unchecked((uint)Pick(Numbers, random)),
        long => Pick(Numbers, random),
        ulong => unchecked((ulong)Pick(Numbers, random)),
        DateTimeOffset => Pick(Times, random),
        IPAddress => Pick(Addresses, random),
        _ => throw new NotSupportedException($"{type}: say what is odd of it"),
    };

    private static object? Several(Type element, object? value, Random random)
    {
        var samples = value is System.Collections.IEnumerable many && !(bool)value.GetType().GetProperty(nameof(ImmutableArray<int>.IsDefault))!.GetValue(value)! ? many.Cast<object>().ToList() : [];
        if (element == typeof(string)) samples.Add("one more");
        var array = Array.CreateInstance(element, samples.Count == 0 ? 0 : random.Next(5));
        for (var i = 0; i < array.Length; i++) array.SetValue(Named(Bend(element, Pick(samples, random), random), i), i);
        return typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!.MakeGenericMethod(element).Invoke(null, [array]);
    }

    /// <summary>Names become keys, and those are each there once: facts are of a catalogue, and labels are a map.</summary>
    private static object? Named(object? item, int number) => item switch
    {
        NodeFact fact => fact with { Name = $"fact-{number}" },
        KeyValuePair<string, string> label => KeyValuePair.Create($"label-{number}", label.Value),
        _ => item,
    };

    /// <summary>A copy with other values, through the properties that an initializer may set.</summary>
    private static object Inside(Type type, object value, Random random)
    {
        if (value is KeyValuePair<string, string> pair) return KeyValuePair.Create(pair.Key, Pick(Texts, random));
        var copy = type.IsValueType ? value : type.GetMethod("<Clone>$")!.Invoke(value, null)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && !ChoosesTheWay(property)))
            property.SetValue(copy, Bend(property.PropertyType, property.GetValue(value), random));
        return copy;
    }

    /// <summary>Words of a closed list.</summary>
    private static bool ChoosesTheWay(PropertyInfo property) =>
        (property.DeclaringType == typeof(ControlEvent) && property.Name == nameof(ControlEvent.Operation)) || (property.DeclaringType == typeof(RemediationEvent) && property.Name == nameof(RemediationEvent.Action));

    private static T Pick<T>(IReadOnlyList<T> from, Random random) => from[random.Next(from.Count)];

    private static string Deep(int levels) => string.Concat(Enumerable.Repeat("{\"d\":", levels)) + "1" + new string('}', levels);
}
