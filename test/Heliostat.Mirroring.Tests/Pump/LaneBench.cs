using System.Net;
using Heliostat.Client;
using Heliostat.Client.Fetching;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>One lane on the bench: the test plays the source and the target.</summary>
internal sealed class LaneBench : IAsyncDisposable
{
    private readonly RecordPathPool _paths = new(DecompressionBuffer.DefaultMaxBytes);

    public LaneBench(bool byKey = false, int targetPartitions = 1, int maxBatchBytes = 1_048_588, bool readCommitted = true, long start = 0,
        bool keeps = true,
        TimeProvider? time = null, bool lingers = false, Func<Loss, LossAction>? lost = null, RecordRules? rules = null,
        TimeSpan delay = default,
        LogBound? until = null, TimeWindows? windows = null)
    {
        time ??= TimeProvider.System;
        Frames = new FramePool(64 * 1024 * 1024);
        var options = new ClientOptions { Cluster = "source", BootstrapServers = [new DnsEndPoint("127.0.0.1", 1)] };
        Client = new KafkaClient(options, Frames, TimeProvider.System, NullLoggerFactory.Instance);
        var source = new TopicPartition("orders", 3);
        Outlets = [.. Enumerable.Range(0, byKey ? targetPartitions : 1)
            .Select(i => new RecordedOutlet(new TopicPartition("orders", i)) { Keeps = keeps })];
        Context = new LaneContext
        {
            Time = time,
            Frames = Frames,
            RecordPaths = _paths,
            Logger = Log,
            ReadCommitted = readCommitted,
            CheckCrcs = true,
            BatchBytes = 256 * 1024,
            Lingers = lingers,
            QueueBytes = 1024 * 1024,
            Abort = null,
            Lost = lost ?? (_ => LossAction.Halt),
            DeadLetters = Letters,
            PutAside = PutAside.Add,
            Connector = "A->B",
        };
        Lane = new Lane(new LanePlan(source, "orders", targetPartitions, byKey, maxBatchBytes)
        {
            Rules = rules,
            Delay = delay,
            Until = until,
            Windows = windows
        }, Context, [.. Outlets], new LanePosition(start, -1), byKey ? null : Stored);
        Cursor = new Fetcher(Client, new FetchOptions(), TimeProvider.System, NullLoggerFactory.Instance).Add(source, start, -1, Lane);
        Lane.TryAttach(Cursor);
    }

    public FramePool Frames { get; }

    /// <summary>What the lane says.</summary>
    public RecordingLoggerFactory Log { get; } = new();

    /// <summary>Of a cluster that nobody reaches.</summary>
    public KafkaClient Client { get; }

    /// <summary>What the lane shares with others.</summary>
    public LaneContext Context { get; }

    public Lane Lane { get; }

    public FetchCursor Cursor { get; }

    public RecordedOutlet[] Outlets { get; }

    /// <summary>Where dead letters go, if the lane's policy says so.</summary>
    public RecordedOutlet Letters { get; } = new(new TopicPartition("dead", 0));

    /// <summary>What is told of letters.</summary>
    public List<Loss> PutAside { get; } = [];

    /// <summary>What a lane that keeps partitions said of where its batches stand.</summary>
    public StoredRuns Stored { get; } = new();

    /// <summary>What the target was given, batch by batch.</summary>
    public IEnumerable<byte[]> Taken => Outlets.SelectMany(outlet => outlet.Taken);

    /// <summary>Plays a fetch answer.</summary>
    public void Fetch(params IEnumerable<byte[]> batches) => FetchBytes([.. batches.SelectMany(batch => batch)], null);

    public void FetchBytes(byte[] records, Rows<AbortedTransaction>? aborted)
    {
        using var frame = Frames.RentNow(records.Length);
        records.CopyTo(frame.Memory.Span);
        FetchFrame(frame, aborted);
    }

    public void FetchFrame(Frame frame, Rows<AbortedTransaction>? aborted = null) => Lane.Fetched(Cursor, new FetchedPartition
    {
        Frame = frame,
        Records = frame.Memory,
        FetchOffset = Cursor.Position,
        HighWatermark = 1_000_000,
        LastStableOffset = 1_000_000,
        LogStartOffset = 0,
        AbortedTransactions = aborted,
    });

    /// <summary>Plays an answer without records.</summary>
    public void FetchNothing(long highWatermark, long lastStable)
    {
        using var frame = Frames.RentNow(1);
        Lane.Fetched(Cursor, new FetchedPartition
        {
            Frame = frame,
            Records = Memory<byte>.Empty,
            FetchOffset = Cursor.Position,
            HighWatermark = highWatermark,
            LastStableOffset = lastStable,
            LogStartOffset = 0,
        });
    }

    public void AcknowledgeAll()
    {
        foreach (var outlet in Outlets) outlet.AcknowledgeAll(Lane);
    }

    /// <summary>
    /// A batch of records <c>key-OFFSET</c> = <c>value-OFFSET</c>; <paramref name="holes"/> are offsets that compaction took.
    /// </summary>
    public static byte[] Batch(
        long baseOffset, int count, CompressionCodec codec = CompressionCodec.None, Action<RecordBatchBuilder>? with = null,
        int valueBytes = 100, params int[] holes)
    {
        using var builder = new RecordBatchBuilder(codec) { BaseOffset = baseOffset, PartitionLeaderEpoch = 7 };
        with?.Invoke(builder);
        for (var i = 0; i < count; i++)
        {
            if (holes.Contains(i)) continue;
            var value = System.Text.Encoding.UTF8.GetBytes($"value-{baseOffset + i}".PadRight(valueBytes, '.'));
            builder.AppendAt(i, 1_700_000_000_000 + baseOffset + i, System.Text.Encoding.UTF8.GetBytes($"key-{baseOffset + i}"), value);
        }

        builder.LastOffsetDelta = count - 1;
        return builder.Build().ToArray();
    }

    /// <summary>A transaction's end of producer 40.</summary>
    public static byte[] Marker(long offset, ControlRecordType type)
    {
        using var builder = new RecordBatchBuilder { BaseOffset = offset, PartitionLeaderEpoch = 7, ProducerId = 40, ProducerEpoch = 0 };
        new ControlRecord(type, 1).AppendTo(builder, 1_700_000_000_000);
        return builder.Build().ToArray();
    }

    /// <summary>The records of what the target was given, as <c>key=value@timestamp</c>, in order.</summary>
    public static List<string> Records(IEnumerable<byte[]> batches)
    {
        List<string> records = [];
        using var buffer = new DecompressionBuffer();
        foreach (var batch in batches)
        {
            var header = new RecordBatchHeader(batch);
            Assert.True(header.IsDense);
            Assert.True(RecordBatch.IsCrcValid(batch));
            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext())
            {
                var key = System.Text.Encoding.UTF8.GetString(reader.Key.Span);
                var value = System.Text.Encoding.UTF8.GetString(reader.Value.Span).TrimEnd('.');
                records.Add($"{key}={value}@{reader.Timestamp - 1_700_000_000_000}");
            }
        }

        return records;
    }

    public async ValueTask DisposeAsync()
    {
        _paths.Dispose();
        await Client.DisposeAsync();
    }
}
