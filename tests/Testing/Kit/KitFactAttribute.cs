using Xunit;

namespace Coral.Testing.Kit;

/// <summary>A test that needs the kit: skipped with the reason where there is none, and failing there in CI.</summary>
public sealed class KitFactAttribute : FactAttribute
{
    /// <summary>Decides whether the test is skipped.</summary>
    public KitFactAttribute() => Skip = Kit.InCi ? null : Kit.Missing;
}

/// <summary>A theory that needs the kit: skipped with the reason where there is none, and failing there in CI.</summary>
public sealed class KitTheoryAttribute : TheoryAttribute
{
    /// <summary>Decides whether the test is skipped.</summary>
    public KitTheoryAttribute() => Skip = Kit.InCi ? null : Kit.Missing;
}
