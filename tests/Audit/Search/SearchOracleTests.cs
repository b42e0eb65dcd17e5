using System.Globalization;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Search;
using Coral.Audit.Spool;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Audit.Tests.Search;

/// <summary>The search finds what somebody finds who reads every document of the spool to its end.</summary>
public sealed class SearchOracleTests
{
    private const int Documents = 40;

    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Spaces = ["shop", "bank", "odd \"name\"", "straße", "a\\b"];
    private static readonly string[] Outcomes = ["injected", "skipped", "denied", "failed"];
    private static readonly string[] Variants = ["ebpf-minimal", "ebpf-full", "restricted"];
    private static readonly string[] Texts = ["hostPath volumes (volume \"data\")", "Kelvin \u212A and long \u017F, \u0131 and İ", "ZEBRA crossing", "zebra", "\uD83D\uDC1D <bee> & 'co'", "tab\there", "Größe STRASSE straße", "restricted"];

    private static readonly Gen<DecisionEvent> AnyEvent =
        from minutes in Gen.Choose(-300, 0)
        from space in Gen.Elements(Spaces)
        from outcome in Gen.Elements(Outcomes)
        from variant in Gen.Elements(Variants)
        from warnings in Gen.ListOf(Gen.Elements(Texts))
        from violations in Gen.ListOf(Gen.Elements(Texts))
        from nodes in Gen.ListOf(Gen.Elements("node-a", "node-b", "zebra"))
        from extra in Gen.Choose(0, 7)
        select Samples.Decision(extra, Noon.AddMinutes(minutes)) with
        {
            Namespace = space,
            Decision = outcome,
            Reason = extra < 3 ? "opted-out" : outcome,
            Variant = extra % 2 == 0 ? variant : null,
            Warnings = [.. warnings.Take(2)],
            After = new SecurityVerdict(false, [.. violations.Take(2)]),
            Nodes = [.. nodes.Take(2)],
            Candidates = [new CandidateOutcome("restricted", "rejected", "opted-out")],
            DryRun = extra % 3 == 0,
            PatchOps = extra,
            // Has everything that is asked for, and counts for nothing.
            Request = extra > 4 ? System.Text.Encoding.UTF8.GetBytes("""{"orchestrator":{"namespace":"shop"},"decision":"denied","reason":"opted-out","variant":"restricted","message":"zebra","warnings":["zebra"]}""") : default,
        };

    private static readonly Gen<AuditQuery> AnyQuery =
        from space in Maybe(Gen.Elements(Spaces))
        from outcome in Maybe(Gen.Elements(Outcomes))
        from reason in Maybe(Gen.Elements("opted-out", "denied"))
        from variant in Maybe(Gen.Elements(Variants))
        from text in Maybe(Gen.Elements("zebra", "ZEBRA", "k", "Kelvin s", "\u017F", "\u0131", "i", "straße", "STRASSE", "größe", "\uD83D\uDC1D", "<bee>", "\"data\"", "data (volume", "tab", "injected pod", "nothing-like-it"))
        from since in Maybe(Gen.Choose(-300, 0).Select(minutes => minutes.ToString(CultureInfo.InvariantCulture)))
        from until in Maybe(Gen.Choose(-300, 0).Select(minutes => minutes.ToString(CultureInfo.InvariantCulture)))
        from field in Maybe(Gen.Elements("coral.injection.nodes=zebra", "coral.admission.dry_run=true", "coral.injection.patch_ops=3", "coral.injection.candidates=restricted", "coral.request.message=zebra", "message=zebra", "orchestrator.resource.name=web-1", "no.such=field"))
        from id in Maybe(Gen.Choose(0, 7).Select(Samples.Uid))
        from narrow in Gen.Choose(0, 3)
        from limit in Gen.Elements(1, 3, 1000)
        select new AuditQuery
        {
            Namespace = narrow == 0 ? null : space,
            Outcome = narrow == 1 ? null : outcome,
            Reason = reason,
            Variant = narrow == 2 ? null : variant,
            Text = text,
            Since = Minutes(since),
            Until = Minutes(until),
            Fields = field is null ? [] : [new FieldCondition(field.Split('=')[0], field.Split('=')[1])],
            Id = narrow == 3 ? id : null,
            Limit = limit,
        };

    [Fact]
    public void The_search_finds_what_reading_every_document_finds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(Gen.ArrayOf(AnyEvent, Documents).ToArbitrary(), Gen.ArrayOf(AnyQuery, 40).ToArbitrary(), (events, queries) =>
        {
            using var work = new Workspace();
            WriteAsync(work, events).GetAwaiter().GetResult();
            foreach (var query in queries)
                Assert.Equal(Naive(work.Spool, query).ToList(), FindAsync(work.Spool, query).GetAwaiter().GetResult());
        }));

    [Fact]
    public async Task Documents_that_were_written_again_after_a_failed_sync_are_found_once()
    {
        using var work = new Workspace();
        await work.Fill(20, options => options with { SegmentBytes = 8 * 1024 });
        // As the writer leaves it: the last frames of a segment stand at the start of the next one as well.
        var (old, next) = (work.Segments[^2], work.Segments[^1]);
        var scan = SegmentScan.Read(old);
        var copies = scan.Frames.TakeLast(2).Select((_, i) => scan[scan.Frames.Count - 2 + i]).ToList();
        var bytes = await File.ReadAllBytesAsync(next);
        File.Delete(next);
        await File.WriteAllBytesAsync(Segment.PathOf(work.Spool, copies[0].Sequence), [.. bytes[..SegmentHeader.Bytes], .. copies[0].Raw.ToArray(), .. copies[1].Raw.ToArray(), .. bytes[SegmentHeader.Bytes..]]);

        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(i => $"web-{i}"), (await new LocalSearch(work.Spool).FindAsync(new AuditQuery()).ToListAsync()).Select(record => record.Name));
    }

    [Fact]
    public void No_letter_but_its_own_other_case_counts_as_an_ASCII_letter()
    {
        for (var c = 0x80; c <= char.MaxValue; c++)
            Assert.DoesNotContain(((char)c).ToString(), "abcdefghijklmnopqrstuvwxyz0123456789-._:/", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task WriteAsync(Workspace work, DecisionEvent[] events)
    {
        await using var spool = work.Open(options => options with { SegmentBytes = 16 * 1024 });
        foreach (var item in events) spool.Append(item);
    }

    private static async Task<List<string>> FindAsync(string spool, AuditQuery query) => await new LocalSearch(spool).FindAsync(query).Select(record => record.DocumentId).ToListAsync();

    private static IEnumerable<string> Naive(string spool, AuditQuery query) => SpoolReader.Open(spool).Forward()
        .Select(frame => JsonElement.Parse(frame.Document.Span))
        .Reverse()
        .Where(document => Wanted(document, query))
        .Take(query.Limit)
        .Select(document => document.GetProperty("event").GetProperty("id").GetString()!);

    private static bool Wanted(JsonElement document, AuditQuery query)
    {
        var time = document.GetProperty("@timestamp").GetDateTimeOffset();
        var texts = new[] { "message", "coral.admission.warnings", "coral.pss.before.violations", "coral.pss.after.violations" }.SelectMany(path => Values(document, path)).ToList();
        return !(time < query.Since) && !(time > query.Until)
            && Is("orchestrator.namespace", query.Namespace) && Is("coral.admission.decision", query.Outcome) && Is("event.reason", query.Reason) && Is("coral.injection.variant", query.Variant)
            && (query.Id is null || Is("event.id", query.Id) || Is("coral.decision.id", query.Id))
            && query.Fields.All(condition => Is(condition.Field, condition.Value))
            && (query.Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => texts.Exists(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

        bool Is(string path, string? value) => value is null || Values(document, path).Contains(value);
    }

    private static IEnumerable<string> Values(JsonElement document, string path)
    {
        foreach (var name in path.Split('.'))
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(name, out document))
                return [];
        return document.ValueKind switch
        {
            JsonValueKind.Object => [],
            JsonValueKind.Array => document.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Object).Select(item => item.ToString()),
            JsonValueKind.True or JsonValueKind.False => [document.GetRawText()],
            _ => [document.ToString()],
        };
    }

    private static Gen<string?> Maybe(Gen<string> some) => Gen.Frequency((4, Gen.Constant<string?>(null)), (1, some.Select(text => (string?)text)));

    private static DateTimeOffset? Minutes(string? text) => text is null ? null : Noon.AddMinutes(int.Parse(text, CultureInfo.InvariantCulture));
}
