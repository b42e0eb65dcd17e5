using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>Cuts a watch's body into events, one a line.</summary>
internal sealed class WatchReader(Uri server, Stream body) : IAsyncDisposable
{
    /// <summary>Far above what etcd stores (1.5 MiB a request), so that only a stream that is no watch reaches it.</summary>
    private const int MaxLine = 16 << 20;

    private static readonly StreamPipeReaderOptions Buffering = new(bufferSize: 16 << 10);

    private readonly PipeReader pipe = PipeReader.Create(body, Buffering);
    private ReadOnlySequence<byte> rest;
    private bool filled;

    /// <summary>The next event; null when the server has ended the watch in order.</summary>
    public async ValueTask<WatchEvent?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (NextLine() is { } line)
            {
                if (!IsBlank(line)) return Parse(line);
                continue;
            }

            if (!await FillAsync(cancellation)) return null;
        }
    }

    public ValueTask DisposeAsync() => pipe.CompleteAsync();

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
            if (part.Span.IndexOfAnyExcept(" \r\t"u8) >= 0) return false;
        return true;
    }

    private ReadOnlySequence<byte>? NextLine()
    {
        if (!filled || rest.PositionOf((byte)'\n') is not { } end) return null;
        var line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return line;
    }

    /// <summary>Waits for more bytes; false at the end.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (filled) pipe.AdvanceTo(rest.Start, rest.End);
        filled = false;
        ReadResult read;
        try
        {
            read = await pipe.ReadAsync(cancellation);
        }
        catch (Exception failure)
        {
            if (Unreachable.Explain(failure, server, cancellation) is { } explained) throw explained;
            throw;
        }

        rest = read.Buffer;
        filled = true;
        if (rest.Length > MaxLine) throw new KubernetesProtocolException(server, $"a watch event of more than {MaxLine >> 20} MiB");
        if (!read.IsCompleted || rest.PositionOf((byte)'\n') is not null) return true;
        return IsBlank(rest) ? false : throw new KubernetesUnreachableException(server, "the watch broke off within an event");
    }

    private WatchEvent Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var item = JsonElement.ParseValue(ref reader);
            if (!reader.Read() && TypeOf(item.Text("type"u8)) is { } type && item.Field("object"u8) is { ValueKind: JsonValueKind.Object } value)
                return new(type, value);
            throw new KubernetesProtocolException(server, "a watch event without a known type or without an object");
        }
        catch (JsonException exception)
        {
            throw new KubernetesProtocolException(server, "a watch event that is no JSON", exception);
        }
    }

    private static WatchEventType? TypeOf(string? type) => type switch
    {
        "ADDED" => WatchEventType.Added,
        "MODIFIED" => WatchEventType.Modified,
        "DELETED" => WatchEventType.Deleted,
        "BOOKMARK" => WatchEventType.Bookmark,
        "ERROR" => WatchEventType.Error,
        _ => null,
    };
}
