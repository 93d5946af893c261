namespace Heliostat.Conformance.Records;

public sealed class FetchTests
{
    [Theory, Everywhere]
    public Task Every_version_answers(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var (topic, id) = await FilledAsync(scenario.Kafka);
        for (var version = 4; version <= 18; version++)
        {
            var request = Ask(id, (topic, 0, 1));
            if (version is >= 4 and <= 6) request.SessionEpoch = -1;
            await scenario.AskAsync($"from offset 1, version {version}", request, version);
        }
    });

    [Theory, Everywhere]
    public Task Offsets_outside_of_the_log_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var (topic, id) = await FilledAsync(scenario.Kafka);
        foreach (var version in new[] { 4, 11, 12, 16 })
        {
            await scenario.AskAsync($"beyond the end, version {version}", Ask(id, (topic, 0, 99)), version);
            await scenario.AskAsync($"at the end, version {version}", Ask(id, (topic, 0, 3)), version);
            await scenario.AskAsync($"before the start, version {version}", Ask(id, (topic, 0, -1)), version);
        }
    });

    [Theory, Everywhere]
    public Task Partitions_that_are_not_there_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var (topic, id) = await FilledAsync(scenario.Kafka);
        await scenario.AskAsync("an unknown partition by name", Ask(id, (topic, 9, 0)), 12);
        await scenario.AskAsync("an unknown partition by id", Ask(id, (topic, 9, 0)), 13);
        await scenario.AskAsync("an unknown topic by name", Ask(Guid.NewGuid(), (scenario.Kafka.Name("none"), 0, 0)), 12);
        await scenario.AskAsync("an unknown topic by id", Ask(Guid.NewGuid(), (scenario.Kafka.Name("none"), 0, 0)), 13);
        await scenario.AskAsync("no topic id", Ask(Guid.Empty, (topic, 0, 0)), 13);
        await scenario.AskAsync("nothing", new FetchRequest(), 12);
    });

    [Theory, Everywhere]
    public Task Leader_epochs_are_checked(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var (topic, id) = await FilledAsync(scenario.Kafka);
        foreach (var (current, fetched) in new[] { (0, -1), (5, -1), (-1, 0), (-1, 3), (0, 0) })
        {
            var request = Ask(id, (topic, 0, 1));
            request.Topics[0].Partitions[0].CurrentLeaderEpoch = current;
            request.Topics[0].Partitions[0].LastFetchedEpoch = fetched;
            await scenario.AskAsync($"current {current}, last fetched {fetched}", request, 12);
        }
    });

    [Theory, Everywhere]
    public Task Limits_let_the_first_batch_through(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        foreach (var partition in new[] { 0, 1 })
        {
            for (var batch = 0; batch < 3; batch++)
                await scenario.Kafka.CallAsync(Batches.Produce(topic, partition, Batches.Of(new string('x', 100))), 9);
        }

        await Ask("a byte of all", 1, 1 << 20);
        await Ask("a byte of each", 1 << 20, 1);
        await Ask("a byte of both", 1, 1);
        await Ask("two hundred of each", 1 << 20, 200);
        await Ask("four hundred of all", 400, 1 << 20);
        await Ask("none", 0, 0);

        async Task Ask(string title, int maxBytes, int partitionMaxBytes)
        {
            var request = FetchTests.Ask(Guid.Empty, (topic, 0, 0), (topic, 1, 0));
            request.MaxBytes = maxBytes;
            foreach (var partition in request.Topics[0].Partitions) partition.PartitionMaxBytes = partitionMaxBytes;
            await scenario.AskAsync(title, request, 11);
        }
    });

    [Theory, Everywhere]
    public async Task A_fetch_waits_for_as_many_bytes_as_it_wants(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var connection = await kafka.ConnectAsync();
        var started = TimeProvider.System.GetTimestamp();

        await connection.SendAsync(Batches.Fetch(topic, 0, 0, maxWaitMs: 60_000, minBytes: 200), 11, kafka.Ct);
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of(new string('x', 80))), 9);
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of(new string('y', 80))), 9);
        var fetched = await connection.ReceiveAsync<FetchResponse>(Api.Fetch, 11, kafka.Ct);

        Assert.Equal(2, Batches.Read(fetched.Responses[0].Partitions[0].Records.Span).Count);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 50);
    }

    [Theory, Everywhere]
    public async Task A_fetch_waits_no_longer_than_it_may(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var started = TimeProvider.System.GetTimestamp();

        var fetched = await kafka.CallAsync(Batches.Fetch(topic, 0, 0, maxWaitMs: 300), 11);

        Assert.True(fetched.Responses[0].Partitions[0].Records.IsEmpty);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 290, 20_000);
    }

    [Theory, Everywhere]
    public async Task A_fetch_that_has_a_leaders_error_to_tell_does_not_wait(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync(partitions: 2);
        var started = TimeProvider.System.GetTimestamp();

        var request = Ask(Guid.Empty, (topic, 0, 0), (topic, 1, 77));
        request.MaxWaitMs = 60_000;
        var fetched = await kafka.CallAsync(request, 11);

        Assert.Contains(fetched.Responses[0].Partitions.AsEnumerable(), partition => partition.ErrorCode == ErrorCode.OffsetOutOfRange);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 30);
    }

    [Theory, Everywhere]
    public async Task A_fetch_waits_although_another_partition_is_unknown(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var started = TimeProvider.System.GetTimestamp();

        var request = Ask(Guid.Empty, (topic, 0, 0), (topic, 5, 0));
        request.MaxWaitMs = 400;
        var fetched = await kafka.CallAsync(request, 11);

        Assert.Contains(fetched.Responses.SelectMany(t => t.Partitions),
            partition => partition.ErrorCode == ErrorCode.UnknownTopicOrPartition);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 390, 30_000);
    }

    internal static FetchRequest Ask(Guid id, params (string Topic, int Partition, long Offset)[] asked)
    {
        var request = new FetchRequest { MinBytes = 1 };
        foreach (var topic in asked.GroupBy(a => a.Topic))
        {
            var row = request.Topics.Next();
            row.Topic = topic.Key;
            row.TopicId = id;
            foreach (var (_, partition, offset) in topic)
                row.Partitions.Add(new FetchPartition { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 1 << 20 });
        }

        return request;
    }

    internal static async Task<(string Topic, Guid Id)> FilledAsync(Endpoint kafka)
    {
        var topic = await kafka.CreateTopicAsync();
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("a", "b")), 9);
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("c")), 9);
        return (topic, await kafka.TopicIdAsync(topic));
    }
}
