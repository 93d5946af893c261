namespace Heliostat.Conformance.Topics;

public sealed class TopicDeletionTests
{
    [Theory, Everywhere]
    public Task Topics_go_by_name_in_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        foreach (var version in new[] { 1, 2, 3, 4, 5 })
        {
            var name = await scenario.Kafka.CreateTopicAsync($"v{version}");
            await scenario.AskAsync($"version {version}",
                new DeleteTopicsRequest { TopicNames = [name, scenario.Kafka.Name("none")], TimeoutMs = 10_000 }, version);
        }

        var last = await scenario.Kafka.CreateTopicAsync("v6");
        await scenario.AskAsync("version 6 by name",
            new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = last }], TimeoutMs = 10_000 }, 6);
        await scenario.AskAsync("again", new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = last }], TimeoutMs = 10_000 },
            6);
    });

    [Theory, Everywhere]
    public Task Topics_go_by_id(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync();
        var id = await scenario.Kafka.TopicIdAsync(name);
        await scenario.AskAsync("by id", Delete(new DeleteTopicState { TopicId = id }), 6);
        await scenario.AskAsync("by the same id again", Delete(new DeleteTopicState { TopicId = id }), 6);
        await scenario.AskAsync("by an unknown id", Delete(new DeleteTopicState { TopicId = Guid.NewGuid() }), 6);
        await scenario.AskAsync("by neither name nor id", Delete(new DeleteTopicState()), 6);
    });

    [Theory, Everywhere]
    public Task What_is_ambiguous_is_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync();
        var id = await scenario.Kafka.TopicIdAsync(name);
        await scenario.AskAsync("by name and id", Delete(new DeleteTopicState { Name = name, TopicId = id }), 6);
        await scenario.AskAsync("the same name twice", Delete(new DeleteTopicState { Name = name }, new DeleteTopicState { Name = name }),
            6);
        await scenario.AskAsync("an empty name", Delete(new DeleteTopicState { Name = "" }), 6);
    });

    [Theory, Everywhere]
    public async Task A_topic_made_again_has_another_id_and_no_records(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var name = await kafka.CreateTopicAsync();
        var old = await kafka.TopicIdAsync(name);
        await kafka.CallAsync(Batches.Produce(name, 0, Batches.Of("a")), 9);

        await kafka.CallAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = name }], TimeoutMs = 10_000 }, 6);
        await kafka.UntilAsync(
            () => new MetadataRequest { Topics = [new MetadataRequestTopic { Name = name }], AllowAutoTopicCreation = false },
            12,
            seen => seen.Topics[0].ErrorCode == ErrorCode.UnknownTopicOrPartition);
        await kafka.CreateTopicAsync();

        Assert.NotEqual(old, await kafka.TopicIdAsync(name));
        var fetched = await kafka.UntilAsync(() => Batches.Fetch(name, 0, 0), 12,
            seen => seen.Responses[0].Partitions[0].ErrorCode == ErrorCode.None);
        Assert.Equal(0, fetched.Responses[0].Partitions[0].HighWatermark);
    }

    private static DeleteTopicsRequest Delete(params DeleteTopicState[] topics) => new() { Topics = [.. topics], TimeoutMs = 10_000 };
}
