namespace Coral.Cli.Tests.Docs;

/// <summary>The part of a page between <c>generated: NAME</c> and <c>/generated</c>: made from the code. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
internal static class Generated
{
    public static void Check(string page, string name, string content)
    {
        var text = Pages.Text(page);
        var begin = $"<!-- generated: {name} -->\n";
        const string End = "<!-- /generated -->";
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var end = text.IndexOf(End, start, StringComparison.Ordinal);
        Assert.True(start >= begin.Length && end > 0, $"{page} has no section {name}");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(Pages.InRepository(page), text[..start] + "\n" + content + "\n" + text[end..]);
        else Assert.Equal("\n" + content + "\n", text[start..end]);
    }
}
