namespace Coral.Images.Tests.Real;

/// <summary>A test that needs the kit and Debian's packages: skipped with the reason where CI says that it can't have these (<c>.ci/run</c>).</summary>
public sealed class ImageFactAttribute : FactAttribute
{
    /// <summary>Decides whether the test is skipped.</summary>
    public ImageFactAttribute() => Skip = KitImages.Missing ?? (Kit.InCi ? null : Kit.Missing);
}

/// <summary>A theory of the same.</summary>
public sealed class ImageTheoryAttribute : TheoryAttribute
{
    /// <summary>Decides whether the test is skipped.</summary>
    public ImageTheoryAttribute() => Skip = KitImages.Missing ?? (Kit.InCi ? null : Kit.Missing);
}
