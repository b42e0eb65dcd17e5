using System.Text.Json;
using Coral.Policies.Bundles;

namespace Coral.Policies.Tests.Bundles;

/// <summary>Scalars and whole documents are read as kubectl reads them. The expectations were recorded from kubectl 1.36 (see Real/KubectlYamlTests).</summary>
public sealed class YamlScalarTests
{
    /// <summary>JSON can hold these numbers, kubectl's 64 bits can't: it falls back to a string, we keep the number.</summary>
    private static readonly string[] BeyondKubectl = ["1e400", "-1e400"];

    public static TheoryData<string, string> Recorded()
    {
        var data = new TheoryData<string, string>();
        foreach (var line in TestData.Read("kubectl-scalars.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (!BeyondKubectl.Contains(line[..tab])) data.Add(line[..tab], line[(tab + 1)..]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_scalar_is_what_kubectl_takes_it_for(string scalar, string expected)
    {
        var yaml = $"data:\n  v: {scalar}\n  w: 0\n";
        if (expected == "error")
        {
            TestData.Refused(yaml);
            return;
        }

        var read = YamlDocuments.Read(yaml, "t.yaml").Single().Object.GetProperty("data").GetProperty("v");
        SameJson.Assert(JsonElement.Parse(expected), read, scalar);
    }

    [Theory]
    [InlineData("anchors")]
    [InlineData("blocks")]
    [InlineData("documents")]
    [InlineData("flow")]
    [InlineData("keys")]
    [InlineData("quotes")]
    public void A_file_is_what_kubectl_takes_it_for(string name)
    {
        var expected = YamlDocuments.Read(TestData.Read($"yaml/{name}.kubectl.json"), "expected").Select(document => document.Object).ToList();
        var read = YamlDocuments.Read(TestData.Read($"yaml/{name}.yaml"), name).Select(document => document.Object).ToList();
        Assert.Equal(expected.Count, read.Count);
        foreach (var (left, right) in expected.Zip(read)) SameJson.Assert(left, right);
    }

    [Theory]
    [InlineData("1.10")]
    [InlineData("1e400")]
    [InlineData("12345678901234567890123")]
    [InlineData("0.1234567890123456789012345")]
    [InlineData("-0")]
    public void A_number_keeps_its_text(string number) =>
        Assert.Equal(number, YamlDocuments.Read($"a: {number}", "t").Single().Object.GetProperty("a").GetRawText());
}
