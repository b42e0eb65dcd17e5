using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Coral.Kubernetes;

/// <summary>
/// Keeps a copy of all objects of one kind: lists them page by page, then watches from there, for as long as <see cref="RunAsync"/> runs. It goes on
/// after everything that ends a watch: an expired version, a silent or half-open connection, a restarted server, a broken or doubled event.
/// The items may be behind the server, never ahead of it, and say how far by <see cref="State"/> and <see cref="Staleness"/>.
/// Members may be read from any thread; <see cref="RunAsync"/> is called once.
/// </summary>
public sealed class Informer
{
    /// <summary>When the server has not been heard for this long, the items count as stale. A server sends a bookmark a minute, on quiet kinds fewer.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A watch that has said nothing for this long, not even a bookmark, is opened anew, which proves that the server is there before the items count as
    /// stale. It costs next to nothing, since no list is needed.
    /// </summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(75);

    /// <summary>An end without any event before this time counts as a failure: something between us and the server cuts watches.</summary>
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbsentRetry = TimeSpan.FromSeconds(30);

    private readonly IKubernetesClient client;
    private readonly InformerOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly InformerStore store;
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long startedAt;

    private long heardAt;
    private long heardTicks;
    private volatile bool absent;
    private volatile bool listFailed;
    private volatile string? lastError;
    private int running;

    // Of the loop alone: where to watch from, and how often it has failed in a row.
    private string? version;
    private int failures;

    /// <summary>Does nothing until <see cref="RunAsync"/>.</summary>
    public Informer(IKubernetesClient client, ApiResource resource, InformerOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        this.client = client;
        this.options = options;
        this.time = time;
        this.logger = logger;
        Resource = resource;
        store = new InformerStore(options.Trim);
        startedAt = time.GetTimestamp();
    }

    /// <summary>Raised after <see cref="Items"/> changed, after the first list, and when the kind becomes known or unknown; by the loop: be quick.</summary>
    public event Action<Informer>? Changed;

    /// <summary>The kind that is followed.</summary>
    public ApiResource Resource { get; }

    /// <summary>The objects of this moment: an immutable snapshot. Objects of a list lack apiVersion and kind when they are built-in.</summary>
    public IReadOnlyDictionary<NamespacedName, JsonElement> Items => store.Items;

    /// <summary>How far the items can be believed.</summary>
    public InformerState State =>
        !synced.Task.IsCompleted ? InformerState.Starting
        : listFailed || Staleness > StaleAfter ? InformerState.Stale
        : absent ? InformerState.Absent
        : InformerState.Synced;

    /// <summary>When the server was last heard: a list, the opening of a watch, an event or a bookmark. Null when never.</summary>
    public DateTimeOffset? LastEvent => Volatile.Read(ref heardTicks) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>How long ago the server was last heard; since the informer was made when it never was.</summary>
    public TimeSpan Staleness => time.GetElapsedTime(LastEvent is null ? startedAt : Volatile.Read(ref heardAt));

    /// <summary>Why the last list or watch failed, one line; null when none has failed since the server was last heard.</summary>
    public string? LastError => lastError;

    /// <summary>Waits for the first list. A kind that the server does not know counts: it has no objects.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellation) => synced.Task.WaitAsync(cancellation);

    /// <summary>Follows the objects until it is cancelled, which ends it without an exception.</summary>
    /// <exception cref="InvalidOperationException">It runs or ran already.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref running, 1) != 0) throw new InvalidOperationException($"the informer of {Resource} runs already");
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var pause = await TurnAsync(cancellation);
                if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellation);
            }
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The asked-for end, in whose moment anything may break.
        }
    }

    /// <summary>One list, if it is needed, and one watch. Returns how long to wait before the next.</summary>
    private async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        try
        {
            if (version is null) await ListAsync(cancellation);
            return await WatchAsync(version!, cancellation) ? TimeSpan.Zero : Fail("the server ends watches at once", retryAfter: null);
        }
        catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return BecomeAbsent();
        }
        catch (KubernetesException exception) when (exception.IsExpired)
        {
            logger.InformerExpired(Resource);
            version = null;
            failures++;
            return Backoff.After(failures, Random.Shared.NextDouble());
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // After silence or overload the watch goes on where it was. What was said wrong, or refused, may have been an event or the version: list again.
            if (exception is KubernetesProtocolException or FormatException or KubernetesException { IsRefusal: true }) version = null;
            return Fail(exception.Message, (exception as KubernetesException)?.RetryAfter);
        }
    }

    private TimeSpan Fail(string cause, TimeSpan? retryAfter)
    {
        failures++;
        listFailed = version is null;
        lastError = cause;
        logger.InformerFailed(Resource, failures, cause);
        var pause = Backoff.After(failures, Random.Shared.NextDouble());
        return retryAfter > pause ? retryAfter.Value : pause;
    }

    private async Task ListAsync(CancellationToken cancellation)
    {
        var pages = new List<JsonElement>();
        string? next = null;
        do
        {
            var page = await client.ListAsync(
                Resource,
                new ListOptions
                {
                    Namespace = options.Namespace,
                    LabelSelector = options.LabelSelector,
                    FieldSelector = options.FieldSelector,
                    Limit = options.PageSize,
                    Continue = next,
                },
                cancellation);
            Hear();
            pages.Add(page);
            next = page.MetadataText("continue"u8);
        }
        while (!string.IsNullOrEmpty(next));

        // Only now is it known what is gone. All pages are of one version, which the last repeats.
        var listed = pages[^1].MetadataText("resourceVersion"u8) ?? throw new FormatException("a list without metadata.resourceVersion");
        var changed = store.Replace(pages) | absent | !synced.Task.IsCompleted;
        version = listed;
        absent = false;
        listFailed = false;
        logger.InformerSynced(Resource, store.Items.Count);
        synced.TrySetResult();
        if (changed) Raise();
    }

    /// <summary>Watches until the server ends it. False when that was suspiciously soon.</summary>
    private async Task<bool> WatchAsync(string from, CancellationToken cancellation)
    {
        logger.InformerWatching(Resource, from);
        var seconds = Random.Shared.Next(240, 481);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + Grace, time);
        using var silence = new CancellationTokenSource(OpenWithin, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token, silence.Token);
        var begun = time.GetTimestamp();
        var (opened, heard) = (false, false);
        var watch = new WatchOptions
        {
            Namespace = options.Namespace,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            ResourceVersion = from,
            TimeoutSeconds = seconds,
            Opened = () =>
            {
                opened = true;
                silence.CancelAfter(SilentAfter);
                Hear();
            },
        };
        try
        {
            await foreach (var change in client.WatchAsync(Resource, watch, any.Token))
            {
                if (change.Type == WatchEventType.Error)
                {
                    version = null;
                    throw KubernetesException.FromStatus(change.Object, answered: null, retryAfter: null);
                }

                silence.CancelAfter(SilentAfter);
                Take(change);
                heard = true;
                failures = 0;
            }
        }
        catch (OperationCanceledException exception) when (silence.IsCancellationRequested && !opened && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer to a watch within {OpenWithin.TotalSeconds:0} s", exception);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            logger.InformerSilent(Resource, (int)SilentAfter.TotalSeconds);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The server should have ended it by now; nothing is wrong with what it said.
        }

        if (!heard && time.GetElapsedTime(begun) < ShortWatch) return false;
        failures = 0;
        return true;
    }

    private void Take(WatchEvent change)
    {
        Hear();
        var changed = change.Type != WatchEventType.Bookmark && store.Apply(change);
        version = change.Object.MetadataText("resourceVersion"u8) ?? throw new FormatException("an event without metadata.resourceVersion");
        if (changed) Raise();
    }

    private TimeSpan BecomeAbsent()
    {
        Hear();
        version = null;
        failures = 0;
        listFailed = false;
        var changed = store.Clear() | !absent | !synced.Task.IsCompleted;
        if (!absent) logger.InformerAbsent(Resource, (int)AbsentRetry.TotalSeconds);
        absent = true;
        synced.TrySetResult();
        if (changed) Raise();
        return AbsentRetry;
    }

    private void Hear()
    {
        lastError = null;
        Volatile.Write(ref heardAt, time.GetTimestamp());
        Volatile.Write(ref heardTicks, time.GetUtcNow().UtcTicks);
    }

    private void Raise()
    {
        try
        {
            Changed?.Invoke(this);
        }
        catch (Exception exception)
        {
            logger.InformerListenerFailed(exception, Resource);
        }
    }
}
