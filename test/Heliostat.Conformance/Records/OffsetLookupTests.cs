using Heliostat.Protocol.Records;

namespace Heliostat.Conformance.Records;

public sealed class OffsetLookupTests
{
    [Theory, Everywhere]
    public Task Offsets_are_found_by_time_in_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await TimedAsync(scenario.Kafka);
        for (var version = 1; version <= 11; version++)
        {
            foreach (var timestamp in new long[] { -1, -2, 0, 1500, 2000, 2001, 3001, 9999 })
                await scenario.AskAsync($"at {timestamp}, version {version}", At(topic, 0, timestamp), version);
        }
    });

    [Theory, Everywhere]
    public Task Special_times_are_known_from_some_version_on(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await TimedAsync(scenario.Kafka);
        var empty = await scenario.Kafka.CreateTopicAsync("empty");
        foreach (var (timestamp, version) in new[] { (-3L, 7), (-3L, 6), (-4L, 8), (-4L, 7), (-5L, 9), (-5L, 8), (-6L, 11), (-6L, 10),
            (-7L, 11) })
        {
            await scenario.AskAsync($"{timestamp}, version {version}", At(topic, 0, timestamp), version);
            await scenario.AskAsync($"{timestamp}, version {version}, empty", At(empty, 0, timestamp), version);
        }
    });

    [Theory, Everywhere]
    public Task What_is_not_there_is_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await TimedAsync(scenario.Kafka);
        foreach (var version in new[] { 1, 4, 7, 10 })
        {
            await scenario.AskAsync($"an unknown partition, version {version}", At(topic, 5, -1), version);
            await scenario.AskAsync($"an unknown topic, version {version}", At(scenario.Kafka.Name("none"), 0, -1), version);
        }

        foreach (var epoch in new[] { 0, 1 })
        {
            var request = At(topic, 0, -1);
            request.Topics[0].Partitions[0].CurrentLeaderEpoch = epoch;
            await scenario.AskAsync($"in leader epoch {epoch}", request, 7);
        }

        var twice = At(topic, 0, -1);
        twice.Topics[0].Partitions.Add(new ListOffsetsPartition { PartitionIndex = 0, Timestamp = -2 });
        await scenario.AskAsync("a partition twice", twice, 7);
    });

    [Theory, Everywhere]
    public Task Deleted_records_are_not_found(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await TimedAsync(scenario.Kafka);
        await scenario.AskAsync("deleted before 3", Delete(topic, 3), 2);
        foreach (var timestamp in new long[] { -1, -2, -3, -4, 0, 1000, 2500 })
            await scenario.AskAsync($"at {timestamp}", At(topic, 0, timestamp), 9);
        await scenario.AskAsync("deleted to the end", Delete(topic, -1), 2);
        foreach (var timestamp in new long[] { -1, -2, -3, -4, 0 })
            await scenario.AskAsync($"at {timestamp} of nothing", At(topic, 0, timestamp), 9);
    });

    [Theory, Everywhere]
    public Task Records_are_deleted_up_to_an_offset(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await TimedAsync(scenario.Kafka);
        var compacted = await scenario.Kafka.CreateTopicAsync("compacted", configs: [("cleanup.policy", "compact")]);
        foreach (var version in new[] { 0, 1, 2 })
            await scenario.AskAsync($"before {version + 1}, version {version}", Delete(topic, version + 1), version);
        await scenario.AskAsync("before where it starts", Delete(topic, 1), 2);
        await scenario.AskAsync("beyond the end", Delete(topic, 100), 2);
        await scenario.AskAsync("before minus two", Delete(topic, -2), 2);
        await scenario.AskAsync("a partition that is not there", Delete(topic, 1, partition: 5), 2);
        await scenario.AskAsync("a topic that is not there", Delete(scenario.Kafka.Name("none"), 1), 2);
        await scenario.AskAsync("a compacted topic", Delete(compacted, 0), 2);
        await scenario.AskAsync("fetched from before", Batches.Fetch(topic, 0, 0), 11);
        await scenario.AskAsync("fetched from the start", Batches.Fetch(topic, 0, 3), 11);
    });

    [Theory, Everywhere]
    public Task Epochs_end_somewhere(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await TimedAsync(scenario.Kafka);
        foreach (var version in new[] { 2, 3, 4 })
        {
            foreach (var (epoch, current) in new[] { (0, -1), (0, 0), (1, -1), (5, 5), (-1, -1), (0, 9) })
                await scenario.AskAsync($"epoch {epoch} in {current}, version {version}", EndOf(topic, 0, epoch, current), version);
            await scenario.AskAsync($"an unknown partition, version {version}", EndOf(topic, 9, 0, -1), version);
            await scenario.AskAsync($"an unknown topic, version {version}", EndOf(scenario.Kafka.Name("none"), 0, 0, -1), version);
        }
    });

    /// <summary>Five records in three batches, at 1000, 1001, 2000, 3000 and 2500.</summary>
    private static async Task<string> TimedAsync(Endpoint kafka)
    {
        var topic = await kafka.CreateTopicAsync();
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Build(["a", "b"], static _ => { }, timestamp: 1000)), 9);
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Build(["c"], static _ => { }, timestamp: 2000)), 9);
        using var builder = new RecordBatchBuilder();
        builder.Append(3000, NullableSpan.Null, "d"u8);
        builder.Append(2500, NullableSpan.Null, "e"u8);
        await kafka.CallAsync(Batches.Produce(topic, 0, builder.Build().ToArray()), 9);
        return topic;
    }

    private static ListOffsetsRequest At(string topic, int partition, long timestamp) => new()
    {
        ReplicaId = -1,
        Topics = [new ListOffsetsTopic
        {
            Name = topic,
            Partitions = [new ListOffsetsPartition { PartitionIndex = partition, Timestamp = timestamp }]
        }],
        TimeoutMs = 10_000,
    };

    private static DeleteRecordsRequest Delete(string topic, long before, int partition = 0) => new()
    {
        Topics = [new DeleteRecordsTopic
        {
            Name = topic,
            Partitions = [new DeleteRecordsPartition { PartitionIndex = partition, Offset = before }]
        }],
        TimeoutMs = 10_000,
    };

    private static OffsetForLeaderEpochRequest EndOf(string topic, int partition, int epoch, int current) => new()
    {
        ReplicaId = -1,
        Topics = [new OffsetForLeaderTopic
        {
            Topic = topic,
            Partitions = [new OffsetForLeaderPartition { Partition = partition, LeaderEpoch = epoch, CurrentLeaderEpoch = current }]
        }],
    };
}
