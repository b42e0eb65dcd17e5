using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Coral.Audit.Events;
using Coral.Bench.Inputs;
using Coral.Policies;
using Coral.Policies.Recording;
using Coral.Webhook.Admission;
using Coral.Webhook.Recording;

namespace Coral.Bench;

/// <summary>What an admission call costs without the network, step by step, each with the ones before it. <c>Floor</c> is all that the empty handler does.</summary>
public class ReviewBenchmarks
{
    private readonly DecisionEngine engine = new();
    private readonly ArrayBufferWriter<byte> output = new(128 * 1024);
    private TemporarySpool spool = null!;
    private DecisionRecorder recorder = null!;
    private ClusterFacts facts = null!;
    private ReadOnlySequence<byte> body;
    private AdmissionReview parsed = null!;
    private PodRequest request = null!;
    private Decision decision = null!;

    /// <summary>Which pod.</summary>
    [Params("typical", "large")]
    public string Pod { get; set; } = "";

    /// <summary>Reads the inputs.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        spool = TemporarySpool.Open();
        recorder = new DecisionRecorder(spool.Spool, new AuditOrigin { Service = "coral-bench", ClusterId = "bench" }, TimeProvider.System);
        facts = Scenes.Samples("privileged");
        body = new ReadOnlySequence<byte>(Pod == "typical" ? Reviews.Typical : Reviews.Large);
        parsed = Read();
        request = RequestOf(parsed);
        decision = engine.Decide(request, facts);
    }

    /// <summary>Lets go of the spool.</summary>
    [GlobalCleanup]
    public async Task EndAsync()
    {
        parsed.Dispose();
        await spool.DisposeAsync();
    }

    /// <summary>Parsing without a check for members that stand twice.</summary>
    [Benchmark(Baseline = true)]
    public JsonValueKind Floor()
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind;
    }

    /// <summary>Parsing as the webhook does, with all that it reads of the review.</summary>
    [Benchmark]
    public string Parse()
    {
        using var review = Read();
        return review.Uid;
    }

    /// <summary>Parsing, deciding and writing the answer.</summary>
    [Benchmark]
    public int ParseDecideAnswer()
    {
        using var review = Read();
        output.ResetWrittenCount();
        ReviewAnswer.Write(output, review.Uid, engine.Decide(RequestOf(review), facts));
        return output.WrittenCount;
    }

    /// <summary>The whole call: parsing, deciding, recording and writing the answer.</summary>
    [Benchmark]
    public async Task<int> Everything()
    {
        using var review = Read();
        var asked = RequestOf(review);
        var made = engine.Decide(asked, facts);
        await recorder.RecordAsync(review, asked, facts, made, validating: false, TimeSpan.FromMicroseconds(50));
        output.ResetWrittenCount();
        ReviewAnswer.Write(output, review.Uid, made);
        return output.WrittenCount;
    }

    /// <summary>Only the answer.</summary>
    [Benchmark]
    public int Answer()
    {
        output.ResetWrittenCount();
        ReviewAnswer.Write(output, parsed.Uid, decision);
        return output.WrittenCount;
    }

    /// <summary>Only what is kept for replay.</summary>
    [Benchmark]
    public int Redact()
    {
        output.ResetWrittenCount();
        RecordedRequest.Write(output, request, facts, decision);
        return output.WrittenCount;
    }

    /// <summary>Only the record: what is kept for replay, the document, the frame and its write.</summary>
    [Benchmark]
    public async Task Record() => await recorder.RecordAsync(parsed, request, facts, decision, validating: false, TimeSpan.FromMicroseconds(50));

    private AdmissionReview Read() => AdmissionReview.TryRead(body, out var review, out var mistake) ? review : throw new InvalidOperationException(mistake);

    private static PodRequest RequestOf(AdmissionReview review) => new()
    {
        DecisionId = review.Uid,
        Namespace = review.Namespace,
        Pod = review.Object,
        Operation = review.Operation,
        Resource = review.Resource,
        SubResource = review.SubResource,
        Requester = review.Requester,
        DryRun = review.DryRun,
    };
}
