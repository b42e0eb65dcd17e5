using System.Reflection;
using Coral.Testing;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Reason codes are an interface: kebab-case, unique, each with its sentence.</summary>
public sealed class ReasonTests
{
    private static readonly string[] Codes = [.. typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void Every_code_is_kebab_case_unique_and_explained()
    {
        Assert.Equal(Codes.Length, Codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Codes, code => Assert.Matches("^[a-z]+(-[a-z]+)*$", code));
        Assert.Equal(Codes.Order(StringComparer.Ordinal), Reasons.All.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_of_a_floor_is_a_reason()
    {
        foreach (var field in typeof(Policies.Nodes.FloorReason).GetFields(BindingFlags.Public | BindingFlags.Static)) Assert.Contains((string)field.GetRawConstantValue()!, Codes);
    }

    [Fact]
    public void Every_code_is_reached_by_a_test()
    {
        // A name in a test file is a weak sign, but a code without one has surely no test.
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(file => !file.EndsWith("ReasonTests.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        var fields = typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral);

        Assert.Empty(fields.Where(field => !tests.Contains("Reasons." + field.Name, StringComparison.Ordinal) && !tests.Contains($"\"{field.GetRawConstantValue()}\"", StringComparison.Ordinal)).Select(field => field.Name));
    }
}
