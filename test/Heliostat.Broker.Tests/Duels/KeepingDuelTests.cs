using System.Globalization;
using System.Text;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Broker.Tests.Duels;

/// <summary>
/// What is left of a log when time passes: rolled segments, retention, compaction, deleted records. Segments roll by the batches' own time,
/// so both roll alike.
/// </summary>
public sealed class KeepingDuelTests(HurriedDuel hurried) : IClassFixture<HurriedDuel>
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(40);

    private readonly long _nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly Duel _duel = hurried.Duel;

    [KafkaFact]
    public async Task Retention_by_time_drops_the_same_segments()
    {
        await _duel.CreateTopicAsync("by-time", ("segment.ms", "60000"), ("retention.ms", "7200000"));
        foreach (var minutes in (int[])[-300, -299, -200, -100, -90, -30, -10]) await ProduceAsync("by-time", minutes);

        await StartsAlikeAsync("by-time");
    }

    [KafkaFact]
    public async Task Retention_by_size_drops_the_same_segments()
    {
        await _duel.CreateTopicAsync("by-size", ("segment.ms", "60000"), ("retention.bytes", "3000"));
        for (var minutes = -60; minutes < 0; minutes += 3)
            await ProduceAsync("by-size", minutes, new string('x', 100 + (minutes % 7 * 10)));

        await StartsAlikeAsync("by-size");
    }

    [KafkaFact]
    public async Task Old_records_all_go_and_offsets_go_on()
    {
        await _duel.CreateTopicAsync("old", ("segment.ms", "60000"), ("retention.ms", "60000"));
        for (var minutes = -60; minutes < -50; minutes++) await ProduceAsync("old", minutes);

        await StartsAlikeAsync("old");
        await ProduceAsync("old", 0);
        await _duel.SameAsync("what is left", async client => Duel.Text(await client.FetchAllAsync("old", 0, 10)));
        _duel.AssertNoDifference("retention");
    }

    [KafkaFact]
    public async Task Deleted_records_leave_the_same_start_and_the_same_answers()
    {
        await _duel.CreateTopicAsync("deleted", ("segment.ms", "60000"));
        for (var minutes = -30; minutes < 0; minutes++) await ProduceAsync("deleted", minutes, "a", "b");
        foreach (var offset in (long[])[7, 3, 31, -2, 61, -1, 60])
        {
            var request = new DeleteRecordsRequest
            {
                TimeoutMs = 10_000,
                Topics = [new DeleteRecordsTopic
                {
                    Name = "deleted",
                    Partitions = [new DeleteRecordsPartition { PartitionIndex = 0, Offset = offset }]
                }],
            };
            await _duel.SameAsync($"delete to {offset}", async client =>
            {
                var row = (await client.CallAsync(request, 2, CancellationToken.None)).Topics[0].Partitions[0];
                return $"{row.ErrorCode} {row.LowWatermark}";
            });
            foreach (var from in (long[])[0, 7, 8, 31, 59, 60, 61])
            {
                await _duel.SameAsync($"fetch from {from}", async client =>
                {
                    var row = await client.FetchAsync("deleted", 0, from);
                    return $"{row.ErrorCode} {row.LogStartOffset} {row.HighWatermark} {Duel.Text(row.Records.ToArray())}";
                });
            }

            foreach (var time in (long[])[-2, -1, -3, _nowMs - (29 * 60_000), _nowMs - 60_000, _nowMs])
            {
                // Kafka drops the segments below the start later, and until then may find nothing by time.
                var expected = await ListAsync(_duel.Embedded, "deleted", time);
                await Eventually.ValueAsync($"list {time} to be {expected}", Settle, _ => ListAsync(_duel.Real, "deleted", time),
                    seen => seen == expected, CancellationToken.None);
            }
        }

        _duel.AssertNoDifference("deleted records");
    }

    [KafkaFact]
    public async Task Compaction_leaves_the_same_batches()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        await _duel.CreateTopicAsync("compacted", ("retention.ms", "-1"), ("segment.ms", "60000"), ("min.cleanable.dirty.ratio", "0.01"),
            ("delete.retention.ms", "86400000"));
        for (var minutes = -90; minutes < 0; minutes++)
        {
            var batch = KeyedBatch(random, _nowMs + (minutes * 60_000L) + random.Next(30_000), minutes);
            await _duel.SameAsync("produce",
                async client => Duel.Text(await client.ProduceAsync("compacted", 0, [.. batch]), stamped: false));
        }

        // Not before all is there: what a pass leaves tells how much it saw.
        await _duel.SetConfigAsync("compacted", "cleanup.policy", "compact");
        await CompactedAlikeAsync("compacted", $"seed {seed}");
    }

    [KafkaFact]
    public async Task Tombstones_go_once_their_time_is_over()
    {
        await _duel.CreateTopicAsync("tombstones", ("retention.ms", "-1"), ("segment.ms", "60000"), ("min.cleanable.dirty.ratio", "0.0001"),
            ("delete.retention.ms", "0"));
        foreach (var (minutes, key, value) in ((int, string, string?)[])[(-50, "a", "1"), (-48, "b", "1"), (-46, "a", null),
            (-44, "c", "1"), (-42, "d", "1")])
            await ProduceKeyedAsync("tombstones", minutes, key, value);
        await _duel.SetConfigAsync("tombstones", "cleanup.policy", "compact");
        await CompactedAlikeAsync("tombstones", "with tombstones");

        // A second cleaning, made due by more dirt, finds the horizon passed.
        await ProduceKeyedAsync("tombstones", -40, "d", "2");
        await ProduceKeyedAsync("tombstones", -38, "e", "2");
        await CompactedAlikeAsync("tombstones", "without");
    }

    private static async Task<string> ListAsync(RawClient client, string topic, long time)
    {
        var list = new ListOffsetsRequest
        {
            Topics = [new ListOffsetsTopic { Name = topic, Partitions = [new ListOffsetsPartition { Timestamp = time }] }]
        };
        var row = (await client.CallAsync(list, 7, CancellationToken.None)).Topics[0].Partitions[0];
        return $"{row.ErrorCode} {row.Offset} {row.Timestamp} {row.LeaderEpoch}";
    }

    private async Task ProduceAsync(string topic, int minutes, params string[] values)
    {
        var batch = Batches.Build(values.Length == 0 ? ["v"] : values, static _ => { }, timestamp: _nowMs + (minutes * 60_000L));
        await _duel.SameAsync($"produce at {minutes}", async client =>
        {
            // Where the log starts is a matter of when retention looks.
            var row = await client.ProduceAsync(topic, 0, [.. batch]);
            return $"{row.ErrorCode} {row.BaseOffset}";
        });
    }

    private async Task ProduceKeyedAsync(string topic, int minutes, string key, string? value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(_nowMs + (minutes * 60_000L), Encoding.UTF8.GetBytes(key),
            value is null ? NullableSpan.Null : Encoding.UTF8.GetBytes(value));
        var batch = builder.Build().ToArray();
        await _duel.SameAsync($"produce {key}", async client => Duel.Text(await client.ProduceAsync(topic, 0, [.. batch]), stamped: false));
    }

    private static byte[] KeyedBatch(Random random, long timestamp, int minutes)
    {
        using var builder = new RecordBatchBuilder((CompressionCodec)random.Next(5));
        if (random.Next(3) == 0)
        {
            builder.ProducerId = 5_000_000 + random.Next(3);
            builder.ProducerEpoch = (short)(minutes + 100);
            builder.BaseSequence = 0;
        }

        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var value = random.Next(5) == 0 ? NullableSpan.Null : (NullableSpan)Encoding.UTF8.GetBytes($"{minutes}-{n}");
            builder.Append(timestamp + random.Next(100), Encoding.UTF8.GetBytes($"k{random.Next(8)}"), value);
        }

        return builder.Build().ToArray();
    }

    private async Task StartsAlikeAsync(string topic)
    {
        _duel.Cluster.ApplyRetention();
        var start = _duel.Cluster.LogStartOffset(topic, 0);

        var expected = await LeftAsync(_duel.Embedded);
        await Eventually.ValueAsync($"the real broker to drop as much, which leaves\n{expected}\n", Settle, _ => LeftAsync(_duel.Real),
            seen => seen == expected, CancellationToken.None);
        _duel.AssertNoDifference("retention");

        async Task<string> LeftAsync(RawClient client)
        {
            var row = await client.FetchAsync(topic, 0, start);
            return $"{row.LogStartOffset} {row.HighWatermark} {Duel.Text(await client.FetchAllAsync(topic, 0, start))}";
        }
    }

    private async Task CompactedAlikeAsync(string topic, string about)
    {
        _duel.Cluster.Compact();
        var expected = Describe(await _duel.Embedded.FetchAllAsync(topic, 0));
        string? seen = null;
        try
        {
            await Eventually.ValueAsync("the real broker to compact", Settle,
                async _ => seen = Describe(await _duel.Real.FetchAllAsync(topic, 0)), text => text == expected, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{about}\nreal:\n{seen}\nembedded:\n{expected}");
        }
    }

    /// <summary>
    /// Each batch but for the moment of its delete horizon, from which the times of its records count, and the checksum over it.
    /// </summary>
    private static string Describe(byte[] records)
    {
        var text = new StringBuilder();
        using var buffer = new DecompressionBuffer();
        var walker = new BatchWalker(records);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(records.AsSpan());
            Assert.True(RecordBatch.IsCrcValid(batch));
            var header = new RecordBatchHeader(batch);
            text.Append(CultureInfo.InvariantCulture,
                $"{header.BaseOffset}..{header.LastOffset} epoch {header.PartitionLeaderEpoch} attributes {header.Attributes:x} ");
            text.Append(CultureInfo.InvariantCulture,
                $"max {header.MaxTimestamp} producer {header.ProducerId} {header.ProducerEpoch} {header.BaseSequence} count "
                    + $"{header.RecordsCount}");
            if (!header.HasDeleteHorizon) text.Append(CultureInfo.InvariantCulture,
                $" base {header.BaseTimestamp} size {(header.Codec == CompressionCodec.None ? header.SizeInBytes : 0)}");
            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext())
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"\n   {reader.Offset} {reader.Timestamp} {Encoding.UTF8.GetString(reader.Key.Span)}=");
                text.Append(reader.Value.IsNull ? "<null>" : Encoding.UTF8.GetString(reader.Value.Span));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
