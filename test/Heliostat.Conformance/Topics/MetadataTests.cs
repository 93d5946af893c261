namespace Heliostat.Conformance.Topics;

public sealed class MetadataTests
{
    private static readonly int[] Versions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

    [Theory, Everywhere]
    public Task A_topic_is_described_in_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        await scenario.AskAsync("by name", _ => new MetadataRequest { Topics = [new MetadataRequestTopic { Name = name }] }, Versions);
        await scenario.AskAsync(
            "by name with what may be done",
            version => new MetadataRequest
            {
                Topics = [new MetadataRequestTopic { Name = name }],
                IncludeTopicAuthorizedOperations = true,
                IncludeClusterAuthorizedOperations = version <= 10,
            },
            8, 10, 11, 12);
    });

    [Theory, Everywhere]
    public Task Topics_are_found_by_id(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync();
        var id = await scenario.Kafka.TopicIdAsync(name);
        await scenario.AskAsync("by id", _ => new MetadataRequest { Topics = [new MetadataRequestTopic { Name = null, TopicId = id }] }, 12,
            13);
        await scenario.AskAsync("by an unknown id",
            _ => new MetadataRequest { Topics = [new MetadataRequestTopic { Name = null, TopicId = Guid.NewGuid() }] }, 12, 13);
        await scenario.AskAsync(
            "by an id and by a name",
            new MetadataRequest
            {
                Topics = [new MetadataRequestTopic { Name = null, TopicId = id }, new MetadataRequestTopic { Name = name }]
            },
            12);
        await scenario.AskAsync("by id before that is served",
            new MetadataRequest { Topics = [new MetadataRequestTopic { Name = name, TopicId = id }] }, 10);
    });

    [Theory, Everywhere]
    public Task Unknown_and_impossible_topics_have_errors(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var request = new MetadataRequest
        {
            Topics = [new MetadataRequestTopic { Name = scenario.Kafka.Name("none") }],
            AllowAutoTopicCreation = false
        };
        await scenario.AskAsync("unknown", _ => request, 4, 9, 12);
        await scenario.AskAsync(
            "unknown, with what may be done",
            new MetadataRequest { Topics = request.Topics, AllowAutoTopicCreation = false, IncludeTopicAuthorizedOperations = true }, 9);
        await scenario.AskAsync("with a space, not to be created",
            new MetadataRequest { Topics = [new MetadataRequestTopic { Name = "with space" }], AllowAutoTopicCreation = false }, 9);
        await scenario.AskAsync("with a space", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = "with space" }] }, 9);
        await scenario.AskAsync("without a name",
            new MetadataRequest { Topics = [new MetadataRequestTopic { Name = "" }], AllowAutoTopicCreation = false }, 9);
        await scenario.AskAsync("nothing", _ => new MetadataRequest { Topics = [] }, 1, 9, 12);
    });

    [Theory, Everywhere]
    public async Task All_topics_are_listed_when_none_is_named(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var name = await kafka.CreateTopicAsync();

        foreach (var version in Versions)
        {
            if (!await kafka.ServesAsync(Api.Metadata, version)) continue;

            var answer = await kafka.CallAsync(new MetadataRequest { Topics = version == 0 ? [] : null }, version);
            Assert.Contains(answer.Topics, topic => topic.Name == name);
        }
    }

    [Theory, Everywhere]
    public Task A_topic_is_made_when_asked_for(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("made");
        var twin = scenario.Kafka.Name("ma.de");
        await scenario.AskAsync("first", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = name }] }, 9);
        await scenario.Kafka.HasLeadersAsync(name, 1);
        await scenario.AskAsync("then", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = name }] }, 9);
        await scenario.AskAsync("old versions always make it", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = twin }] },
            3);
        await scenario.Kafka.HasLeadersAsync(twin, 1);
    });
}
