using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Coral.Policies.Rules.Fluent;

internal sealed class RuleLoadSpec : IRuleLoadSpec
{
    private readonly List<Type> types = [];
    private Func<IRuleMetadata, bool>? filter;

    internal string? RuleSetName { get; private set; }

    [RequiresUnreferencedCode("Rules that nothing else refers to may be trimmed away; name them")]
    public IRuleLoadSpec From(params Assembly[] assemblies) => From(scan => scan.Assembly(assemblies));

    public IRuleLoadSpec From(params Type[] types) => From(scan => scan.Type(types));

    public IRuleLoadSpec From(Action<IRuleTypeScanner> scanAction)
    {
        var scanner = new RuleTypeScanner();
        scanAction(scanner);
        types.AddRange(scanner.Types());
        return this;
    }

    public IRuleLoadSpec Where(Func<IRuleMetadata, bool> filter)
    {
        if (this.filter is not null) throw new InvalidOperationException("Where() may be said once");
        this.filter = filter;
        return this;
    }

    public IRuleLoadSpec To(string ruleSetName)
    {
        if (RuleSetName is not null) throw new InvalidOperationException("To() may be said once");
        RuleSetName = ruleSetName;
        return this;
    }

    internal IEnumerable<Type> Load() => filter is null ? types.Distinct() : types.Distinct().Where(type => filter(new RuleMetadata(type)));
}
