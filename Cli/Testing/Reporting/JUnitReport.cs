using System.Globalization;
using System.Text;
using System.Xml;

namespace Coral.Cli.Testing.Reporting;

/// <summary>The XML that continuous integration reads: a suite a document, a failure for each case that failed.</summary>
internal sealed class JUnitReport : IReport
{
    public void Write(Terminal terminal, IReadOnlyList<CaseResult> results, Coverage? coverage)
    {
        var text = new StringBuilder();
        using (var writer = new Utf8Text(text))
        using (var xml = XmlWriter.Create(writer, new XmlWriterSettings { Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", "coral test");
            Counts(xml, results);
            foreach (var test in results.GroupBy(result => result.Test)) Suite(xml, test.Key, [.. test]);
            xml.WriteEndElement();
        }

        terminal.Out.WriteLine(text.ToString());
        foreach (var line in Totals.Lines(results, coverage)) terminal.Complain(line);
    }

    private static void Suite(XmlWriter xml, DecisionTest test, List<CaseResult> results)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", test.About.Length == 0 ? test.Shown : $"{test.Shown}: {test.About}");
        Counts(xml, results);
        foreach (var result in results)
        {
            xml.WriteStartElement("testcase");
            Attribute(xml, "classname", test.Shown);
            Attribute(xml, "name", result.Case.Name);
            Attribute(xml, "file", test.File);
            Attribute(xml, "line", result.Case.Line.ToString(CultureInfo.InvariantCulture));
            Attribute(xml, "time", Seconds(result.Took));
            if (!result.Passed) Failure(xml, result);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Failure(XmlWriter xml, CaseResult result)
    {
        var lines = new List<string>();
        foreach (var item in result.Objects.Where(item => !item.Differences.IsEmpty))
        {
            lines.AddRange(item.Differences.Select(difference => $"{item.Finding.Item.Label}: {difference.What}: expected {difference.Expected}, actual {difference.Actual}"));
            lines.Add($"{item.Finding.Item.Label}: explain: {ExplainLine.Of(item.Finding)}");
        }

        xml.WriteStartElement("failure");
        Attribute(xml, "message", lines[0]);
        Attribute(xml, "type", "difference");
        xml.WriteString(Valid(string.Join('\n', lines)));
        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<CaseResult> results)
    {
        Attribute(xml, "tests", results.Count.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", results.Count(result => !result.Passed).ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "errors", "0");
        Attribute(xml, "time", Seconds(TimeSpan.FromTicks(results.Sum(result => result.Took.Ticks))));
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Valid(value));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Names and values come from manifests; XML has no form for most control characters.</summary>
    private static string Valid(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD"));

    /// <summary>The declaration names the encoding of what is written to the terminal.</summary>
    private sealed class Utf8Text(StringBuilder text) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
