using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Broker.Tests.Duels;

/// <summary>What a real broker answers to, and stores of, seeded random produce requests is what the embedded one does.</summary>
public sealed class ProduceDuelTests
{
    /// <summary>When the cleaner comes is not to be compared here.</summary>
    private static readonly (string Name, string Value) Uncleaned = ("min.compaction.lag.ms", "9223372036854775807");

    private static readonly (string Topic, (string Name, string Value)[] Configs)[] Topics =
    [
        ("plain", []),
        ("stamped", [("message.timestamp.type", "LogAppendTime")]),
        ("compacted", [("cleanup.policy", "compact"), Uncleaned]),
        ("compacted-stamped", [("cleanup.policy", "compact"), Uncleaned, ("message.timestamp.type", "LogAppendTime")]),
        ("small", [("max.message.bytes", "10000")]),
        ("late", [("message.timestamp.before.max.ms", "86400000"), ("message.timestamp.after.max.ms", "60000")]),
        ("open", [("message.timestamp.after.max.ms", "9223372036854775807")]),
        ("uncompressed", [("compression.type", "uncompressed")]),
        ("uncompressed-stamped", [("compression.type", "uncompressed"), ("message.timestamp.type", "LogAppendTime")]),
    ];

    [KafkaFact]
    public async Task The_same_produced_batches_are_answered_and_stored_alike()
    {
        var seed = Seed.Next();
        await using var duel = await Duel.StartAsync(new Dictionary<string, string>());
        foreach (var (topic, configs) in Topics)
        {
            await duel.CreateTopicAsync(topic, configs);
            var stamped = configs.Contains(("message.timestamp.type", "LogAppendTime"));
            var steps = new ProduceSteps(new Random(seed + topic.Length), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            var random = new Random(seed - topic.Length);
            var same = true;
            for (var i = 0; i < 300 && same; i++)
            {
                var (what, bytes) = steps.Next();
                var version = (short)random.Next(3, 13);
                var acks = (short)(random.Next(2) == 0 ? 1 : -1);
                same = await duel.SameAsync(
                    $"{topic} v{version} {what} {(what.StartsWith("garbled", StringComparison.Ordinal) ? Convert.ToHexString(bytes) : "")}",
                    async client =>
                    {
                        var response = await client.CallAsync(Batches.Produce(topic, 0, [.. bytes], acks), version, CancellationToken.None);
                        return Normal(what, Duel.Text(response.Responses[0].PartitionResponses[0], stamped));
                    });
            }

            if (!same) continue;

            await duel.SameAsync($"{topic}: everything stored", async client => Duel.Text(await client.FetchAllAsync(topic, 0)));
            for (var i = 0; i < 10; i++)
            {
                var request = Batches.Fetch(topic, 0, random.Next(0, 400));
                request.MaxBytes = random.Next(1, 3000);
                request.Topics[0].Partitions[0].PartitionMaxBytes = random.Next(0, 3000);
                request.IsolationLevel = (IsolationLevel)random.Next(2);
                await duel.SameAsync(
                    $"{topic}: fetch {request.Topics[0].Partitions[0].FetchOffset} max "
                        + $"{request.MaxBytes} {request.Topics[0].Partitions[0].PartitionMaxBytes}", async client =>
                    {
                        var row = (await client.CallAsync(request, 12, CancellationToken.None)).Responses[0].Partitions[0];
                        return $"{row.ErrorCode} {row.HighWatermark} {row.LastStableOffset} {row.LogStartOffset} "
                            + $"{row.AbortedTransactions?.Count} {Duel.Text(row.Records.ToArray())}";
                    });
            }

            await ListAsync(duel, topic, random, stamped);
        }

        duel.AssertNoDifference($"seed {seed}");
    }

    /// <summary>What an answer comes to where the name of the error depends on how far Kafka happens to read.</summary>
    private static string Normal(string what, string text)
    {
        // A stream that is read bit by bit fails elsewhere than one that is decompressed at once.
        if (what.Contains("garbled", StringComparison.Ordinal))
            return text.Split('\'')[0].Replace("UnknownServerError", "InvalidRecord", StringComparison.Ordinal);
        if (!what.Contains("wrong length", StringComparison.Ordinal)) return text;

        return text.Replace("UnknownServerError", "CorruptMessage", StringComparison.Ordinal)
            .Replace("UnsupportedCompressionType", "CorruptMessage", StringComparison.Ordinal);
    }

    private static async Task ListAsync(Duel duel, string topic, Random random, bool stamped)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var times = new List<long> { -1, -2, stamped ? -2 : -3, -4, -5, 0, 1, now - (31L * 24 * 3600 * 1000), now + 10_000_000 };
        if (!stamped) times.AddRange(Enumerable.Range(0, 10).Select(_ => now + random.Next(-150_000, 150_000)));
        foreach (var time in times)
        {
            var request = new ListOffsetsRequest
            {
                IsolationLevel = (IsolationLevel)random.Next(2),
                Topics = [new ListOffsetsTopic
                {
                    Name = topic,
                    Partitions = [new ListOffsetsPartition { PartitionIndex = 0, Timestamp = time }]
                }],
            };
            await duel.SameAsync($"{topic}: list {time}", async client =>
            {
                var row = (await client.CallAsync(request, 9, CancellationToken.None)).Topics[0].Partitions[0];
                return $"{row.ErrorCode} {row.Offset} {(stamped ? row.Timestamp > 0 : row.Timestamp)} {row.LeaderEpoch}";
            });
        }
    }

    [KafkaFact]
    public async Task A_length_that_cannot_be_is_refused_alike()
    {
        await using var duel = await Duel.StartAsync(new Dictionary<string, string>());
        await duel.CreateTopicAsync("t");
        foreach (var version in (short[])[5, 9])
        {
            for (var n = -2 * 5; n < 80 * 5; n++)
            {
                var length = n / 5;
                var codec = (CompressionCodec)((n + 10) % 5);
                var bytes = Batches.Build(["value", "value"], static _ => { }, codec);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), length);
                await duel.SameAsync($"v{version} length {length} {codec}", async client =>
                {
                    var response = await client.CallAsync(Batches.Produce("t", 0, [.. bytes]), version, CancellationToken.None);
                    return Normal("wrong length", Duel.Text(response.Responses[0].PartitionResponses[0], stamped: false));
                });
            }
        }

        duel.AssertNoDifference("lengths");
    }
}
