using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Conformance.Records;

public sealed class ProduceTests
{
    [Theory, Everywhere]
    public Task Every_version_appends(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        var id = await scenario.Kafka.TopicIdAsync(topic);
        for (var version = 3; version <= 13; version++)
            await scenario.AskAsync($"version {version}", Produce(topic, id, 0, Batches.Of("a", "b")), version);
    });

    [Theory, Everywhere]
    public Task The_oldest_versions_are_refused_though_advertised(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        if (on == EndpointKind.Kafka39) return;

        var topic = await scenario.Kafka.CreateTopicAsync();
        foreach (var version in new[] { 0, 1, 2 })
        {
            var connection = await scenario.Kafka.ConnectAsync();
            await connection.SendAsync(Batches.Produce(topic, 0, Batches.Of("a")), (short)version, scenario.Kafka.Ct);
            scenario.Note($"version {version}", await ReceiveAsync(connection, version));
        }

        async Task<object> ReceiveAsync(RawClient connection, int version)
        {
            try
            {
                return await connection.ReceiveAsync<ProduceResponse>(Api.Produce, (short)version, scenario.Kafka.Ct);
            }
            catch (IOException)
            {
                return "the connection is closed";
            }
        }
    });

    [Theory, Everywhere]
    public Task Partitions_that_are_not_there_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        foreach (var version in new[] { 3, 7, 8, 12, 13 })
        {
            await scenario.AskAsync($"an unknown partition, version {version}",
                Produce(topic, await scenario.Kafka.TopicIdAsync(topic), 5, Batches.Of("a")), version);
            await scenario.AskAsync($"an unknown topic, version {version}",
                Produce(scenario.Kafka.Name("none"), Guid.NewGuid(), 0, Batches.Of("a")), version);
        }
    });

    [Theory, Everywhere]
    public Task Batches_that_are_wrong_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(configs: [("max.message.bytes", "2000")]);
        await Ask("no batch", []);
        await Ask("two batches", [.. Batches.Of("a"), .. Batches.Of("b")]);
        await Ask("half a batch", Batches.Of("a", "b")[..40]);
        await Ask("a batch that lacks its last byte", Batches.Of("a", "b")[..^1]);
        await Ask("a wrong checksum", Changed(Batches.Of("a"), 67, 0xff, fixCrc: false));
        await Ask("magic 1", Changed(Batches.Of("a"), RecordBatchHeader.MagicOffset, 1, fixCrc: false));
        await Ask("magic 3", Changed(Batches.Of("a"), RecordBatchHeader.MagicOffset, 3, fixCrc: false));
        await Ask("a codec that is none", Changed(Batches.Of("a"), RecordBatchHeader.AttributesOffset + 1, 7));
        await Ask("a count that is not the range", Changed(Batches.Of("a", "b"), RecordBatchHeader.RecordsCountOffset + 3, 1));
        await Ask("a count of more than there are", Count(Batches.Of("a", "b"), 3));
        await Ask("a count of fewer than there are", Count(Batches.Of("a", "b"), 1));
        await Ask("a count of none", Count(Batches.Of("a"), 0));
        await Ask("a base offset", Changed(Batches.Of("a"), 7, 5));
        await Ask("a control batch", Changed(Batches.Of("a"), RecordBatchHeader.AttributesOffset + 1, 0x20));
        await Ask("stamped with the broker's time", Changed(Batches.Of("a"), RecordBatchHeader.AttributesOffset + 1, 0x08));
        await Ask("a batch too large", Batches.Of(new string('x', 2500)));
        await Ask("a wrong largest timestamp", Changed(Batches.Of("a"), RecordBatchHeader.MaxTimestampOffset + 7, 1));
        await Ask("a timestamp of tomorrow",
            Batches.Build(["a"], static _ => { }, timestamp: DateTimeOffset.Parse("2100-01-01T00:00:00Z", null).ToUnixTimeMilliseconds()));
        await Ask("a producer without a sequence",
            Batches.Build(["a"], builder => (builder.ProducerId, builder.ProducerEpoch) = (12345, 0)));
        await Ask("transactional without an id", Batches.Idempotent(12345, 0, 0, 1, transactional: true));
        scenario.Note("what is there", await EndAsync(scenario.Kafka, topic));

        async Task Ask(string title, byte[] batch) =>
            scenario.Note(title, Masked(await scenario.Kafka.CallAsync(Batches.Produce(topic, 0, batch), 9)));
    });

    [Theory, Everywhere]
    public Task Compacted_topics_want_keys(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(configs: [("cleanup.policy", "compact")]);
        await scenario.AskAsync("two records without keys", Batches.Produce(topic, 0, Batches.Of("a", "b")), 9);
        await scenario.AskAsync("before errors had words", Batches.Produce(topic, 0, Batches.Of("a", "b")), 7);
    });

    [Theory, Everywhere]
    public Task Acks_must_be_none_one_or_all(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        await scenario.AskAsync("two", Batches.Produce(topic, 0, Batches.Of("a"), acks: 2), 9);
        await scenario.AskAsync("minus two", Batches.Produce(topic, 0, Batches.Of("a"), acks: -2), 9);
        await scenario.AskAsync("one", Batches.Produce(topic, 0, Batches.Of("a"), acks: 1), 9);
    });

    [Theory, Everywhere]
    public Task Too_few_replicas_are_told(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(configs: [("min.insync.replicas", "2")]);
        var answer = await scenario.Kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("a")), 9);
        scenario.Note("all", $"{answer.Responses[0].PartitionResponses[0].ErrorCode}");
        await scenario.AskAsync("one", Batches.Produce(topic, 0, Batches.Of("a"), acks: 1), 9);
    });

    [Theory, Everywhere]
    public async Task Without_acks_there_is_no_answer_and_an_error_closes_the_connection(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var connection = await kafka.ConnectAsync();

        await connection.SendAsync(Batches.Produce(topic, 0, Batches.Of("a"), acks: 0), 9, kafka.Ct);
        await connection.CallAsync(new MetadataRequest(), 9, kafka.Ct);
        await connection.SendAsync(Batches.Produce(topic, 7, Batches.Of("a"), acks: 0), 9, kafka.Ct);

        Assert.True(await connection.IsClosedAsync(kafka.Ct));
        await kafka.UntilAsync(() => Batches.Fetch(topic, 0, 0), 11, seen => seen.Responses[0].Partitions[0].HighWatermark == 1);
    }

    [Theory, Everywhere]
    public Task Sequences_are_kept(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        var id = await scenario.Kafka.ProducerIdAsync();
        await Ask("first", 0, 0, 2);
        await Ask("second", 0, 2, 1);
        await Ask("the second again", 0, 2, 1);
        await Ask("the first again", 0, 0, 2);
        await Ask("part of the first", 0, 0, 1);
        await Ask("a gap", 0, 7, 1);
        await Ask("an older epoch", -1, 3, 1);
        await Ask("a newer epoch that does not start at 0", 1, 3, 1);
        await Ask("a newer epoch", 1, 0, 1);
        await Ask("the epoch before", 0, 3, 1);
        for (var sequence = 1; sequence <= 6; sequence++) await Ask($"number {sequence}", 1, sequence, 1);
        await Ask("number 1 again, which is forgotten", 1, 1, 1);
        await Ask("number 2 again", 1, 2, 1);
        scenario.Note("what is there", await EndAsync(scenario.Kafka, topic));

        async Task Ask(string title, short epoch, int sequence, int count) => scenario.Note(
            title, Masked(await scenario.Kafka.CallAsync(Batches.Produce(topic, 0, Batches.Idempotent(id, epoch, sequence, count)), 9)));
    });

    [Theory, Everywhere]
    public Task A_producer_nobody_knows_may_begin_anywhere(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        await scenario.AskAsync("sequence 5 first", Batches.Produce(topic, 0, Batches.Idempotent(777_000, 3, 5, 1)), 9);
        await scenario.AskAsync("then 6", Batches.Produce(topic, 0, Batches.Idempotent(777_000, 3, 6, 1)), 9);
    });

    [Theory, Everywhere]
    public async Task Log_append_time_is_told_and_stored(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync(configs: [("message.timestamp.type", "LogAppendTime")]);

        var answer = await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("a", "b")), 9);
        var fetched = await kafka.CallAsync(Batches.Fetch(topic, 0, 0), 11);

        var time = answer.Responses[0].PartitionResponses[0].LogAppendTimeMs;
        var header = new RecordBatchHeader(fetched.Responses[0].Partitions[0].Records.Span);
        Assert.InRange(time, 1_600_000_000_000, long.MaxValue);
        Assert.Equal((time, TimestampType.LogAppendTime, 1000), (header.MaxTimestamp, header.TimestampType, header.BaseTimestamp));
        Assert.True(RecordBatch.IsCrcValid(fetched.Responses[0].Partitions[0].Records.Span));
    }

    /// <summary>Seen in the header, so that it needs no library here; that it is taken from then on is what kcat shows.</summary>
    [Theory, Everywhere]
    public async Task Zstandard_is_refused_before_version_7(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var batch = Changed(Batches.Of("a"), RecordBatchHeader.AttributesOffset + 1, (byte)CompressionCodec.Zstd);

        var answer = await kafka.CallAsync(Batches.Produce(topic, 0, batch), 6);

        Assert.Equal(ErrorCode.UnsupportedCompressionType, answer.Responses[0].PartitionResponses[0].ErrorCode);
    }

    private static ProduceRequest Produce(string topic, Guid id, int partition, byte[] batch)
    {
        var request = Batches.Produce(topic, partition, batch);
        request.TopicData[0].TopicId = id;
        return request;
    }

    private static byte[] Changed(byte[] batch, int at, byte value, bool fixCrc = true)
    {
        batch[at] = value;
        if (fixCrc)
            BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchHeader.CrcOffset),
                Heliostat.Protocol.Wire.Crc32C.Compute(batch.AsSpan(RecordBatchHeader.AttributesOffset)));
        return batch;
    }

    /// <summary>Claims so many records, in the count and in the range of offsets.</summary>
    private static byte[] Count(byte[] batch, int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.RecordsCountOffset), count);
        return Changed(batch, RecordBatchHeader.LastOffsetDeltaOffset + 3, (byte)(count - 1));
    }

    /// <summary>Times differ at each run.</summary>
    private static string Masked(ProduceResponse answer) =>
        System.Text.RegularExpressions.Regex.Replace(Shown.Of(answer), "-?[0-9]{13,19}", "<time>");

    private static async Task<string> EndAsync(Endpoint kafka, string topic)
    {
        var fetched = await kafka.CallAsync(Batches.Fetch(topic, 0, 0), 11);
        var read = Batches.Read(fetched.Responses[0].Partitions[0].Records.Span);
        return $"{fetched.Responses[0].Partitions[0].HighWatermark}: "
            + $"{string.Join(' ', read.Select(record => $"{record.Offset}={record.Value}"))}";
    }
}
