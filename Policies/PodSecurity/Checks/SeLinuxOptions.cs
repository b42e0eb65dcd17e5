using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// SELinux labels must stay those of containers. Fields of <c>securityContext.seLinuxOptions</c> of the pod and of every container:
/// <list type="bullet">
/// <item><c>type</c>: empty, <c>container_t</c>, <c>container_init_t</c>, <c>container_kvm_t</c>, and from v1.31 <c>container_engine_t</c></item>
/// <item><c>user</c> and <c>role</c>: empty</item>
/// </list>
/// </summary>
internal static class SeLinuxOptions
{
    public const string Id = "seLinuxOptions";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, seLinuxOptions_1_0), new(31, seLinuxOptions_1_31)]);

    public static Violation? seLinuxOptions_1_0(in PodFacts pod) => Limited(pod, engine: false);

    public static Violation? seLinuxOptions_1_31(in PodFacts pod) => Limited(pod, engine: true);

    private static Violation? Limited(in PodFacts pod, bool engine)
    {
        var found = new Findings();
        var podIsBad = found.Add(pod.Security.SeLinuxOptions, engine);
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (found.Add(container.Security.SeLinuxOptions, engine)) (containers ??= []).Add(container.Name);
        }

        return podIsBad || containers is not null
            ? new Violation(Id, "seLinuxOptions", $"{Wording.Setters(podIsBad, containers)} set forbidden securityContext.seLinuxOptions: {found}")
            : null;
    }

    private struct Findings
    {
        private SortedSet<string>? types;
        private bool user;
        private bool role;

        public bool Add(JsonElement options, bool engine)
        {
            if (options.ValueKind == JsonValueKind.Undefined) return false;
            var type = options.Member("type"u8);
            var badType = !IsContainerType(RawText.Utf8(type), engine);
            var setsUser = !RawText.Utf8(options.Member("user"u8)).IsEmpty;
            var setsRole = !RawText.Utf8(options.Member("role"u8)).IsEmpty;
            if (badType) (types ??= new(Wording.ByteOrder)).Add(RawText.Of(type));
            user |= setsUser;
            role |= setsRole;
            return badType || setsUser || setsRole;
        }

        public override readonly string ToString()
        {
            List<string> parts = [];
            if (types is not null) parts.Add($"{Wording.Plural("type", types.Count)} {Wording.Quoted(types)}");
            if (user) parts.Add("user may not be set");
            if (role) parts.Add("role may not be set");
            return string.Join("; ", parts);
        }

        private static bool IsContainerType(ReadOnlySpan<byte> type, bool engine) =>
            type.IsEmpty
            || type.SequenceEqual("container_t"u8)
            || type.SequenceEqual("container_init_t"u8)
            || type.SequenceEqual("container_kvm_t"u8)
            || (engine && type.SequenceEqual("container_engine_t"u8));
    }
}
