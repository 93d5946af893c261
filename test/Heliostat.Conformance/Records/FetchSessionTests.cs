namespace Heliostat.Conformance.Records;

public sealed class FetchSessionTests
{
    [Theory, Everywhere]
    public Task A_session_tells_only_news(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 3);
        await ProduceAsync(scenario.Kafka, topic, 0, "a");
        var session = await Begin(scenario, "begun", topic);

        await Next("nothing new", Session(session, 1));
        await ProduceAsync(scenario.Kafka, topic, 1, "b");
        await Next("a record in partition 1", Session(session, 2));
        await Next("partition 1 further on", Session(session, 3, (topic, 1, 1)));
        await Next("all from their starts", Session(session, 4, (topic, 0, 0), (topic, 1, 0)));
        var forgetting = Session(session, 5);
        forgetting.ForgottenTopicsData.Add(new ForgottenTopic { Topic = topic, Partitions = [0, 1] });
        await Next("two forgotten", forgetting);
        await ProduceAsync(scenario.Kafka, topic, 0, "c");
        await Next("nothing of what is forgotten", Session(session, 6));
        await Next("an unknown partition", Session(session, 7, (topic, 9, 0)));
        await Next("the unknown partition again", Session(session, 8));

        async Task Next(string title, FetchRequest request) => scenario.Note(title, Masked(await scenario.Kafka.CallAsync(request, 12)));
    });

    [Theory, Everywhere]
    public Task Epochs_are_counted(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 3);
        var session = await Begin(scenario, "begun", topic);
        await Next("the wrong epoch", Session(session, 2));
        await Next("the right one", Session(session, 1));
        await Next("the same again", Session(session, 1));
        await Next("an unknown session", Session(session + 1_000_003, 1));
        await Next("ended", Session(session, -1, (topic, 0, 0)));
        await Next("after its end", Session(session, 2));
        await Next("the last epoch without a session", Session(0, -1, (topic, 0, 0)));
        await Next("the first epoch with an unknown session", Session(12345, 0, (topic, 0, 0)));
        await Next("a session for nothing", Session(0, 0));
        await Next("epoch 1 without a session", Session(0, 1, (topic, 0, 0)));

        async Task Next(string title, FetchRequest request) => scenario.Note(title, Masked(await scenario.Kafka.CallAsync(request, 12)));
    });

    [Theory, Everywhere]
    public Task A_session_is_by_name_or_by_id(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 3);
        var id = await scenario.Kafka.TopicIdAsync(topic);
        var session = await Begin(scenario, "begun by name", topic);
        scenario.Note("gone on with by id", Masked(await scenario.Kafka.CallAsync(Session(session, 1), 13)));
        var byId = Session(0, 0, (topic, 0, 0));
        byId.Topics[0].TopicId = id;
        var begun = await scenario.Kafka.CallAsync(byId, 13);
        var sessionById = begun.SessionId;
        scenario.Note("begun by id", Masked(begun));
        scenario.Note("gone on with by id indeed", Masked(await scenario.Kafka.CallAsync(Session(sessionById, 1), 13)));
        scenario.Note("gone on with by name", Masked(await scenario.Kafka.CallAsync(Session(sessionById, 2), 12)));
    });

    [Theory, Everywhere]
    public Task A_topic_that_goes_is_news(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 3);
        var session = await Begin(scenario, "begun", topic);
        await scenario.Kafka.CallAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = topic }], TimeoutMs = 10_000 }, 6);
        var epoch = 1;
        var gone = await scenario.Kafka.UntilAsync(() => Session(session, epoch++), 12,
            seen => seen.Responses.Any(t => t.Partitions.Any(p => p.ErrorCode != ErrorCode.None)));
        scenario.Note("gone", string.Join(' ', gone.Responses.SelectMany(t => t.Partitions).Select(p => $"{p.ErrorCode}").Distinct()));
    });

    private static async Task<int> Begin(Scenario scenario, string title, string topic)
    {
        var begun = await scenario.Kafka.CallAsync(Session(0, 0, (topic, 0, 0), (topic, 1, 0), (topic, 2, 0)), 12);
        var id = begun.SessionId;
        scenario.Note(title, Masked(begun));
        return id;
    }

    private static FetchRequest Session(int id, int epoch, params (string Topic, int Partition, long Offset)[] asked)
    {
        var request = FetchTests.Ask(Guid.Empty, asked);
        (request.SessionId, request.SessionEpoch) = (id, epoch);
        return request;
    }

    private static string Masked(FetchResponse answer)
    {
        answer.SessionId = Math.Min(answer.SessionId, 1);
        return Shown.Of(answer);
    }

    private static Task<ProduceResponse> ProduceAsync(Endpoint kafka, string topic, int partition, string value) =>
        kafka.CallAsync(Batches.Produce(topic, partition, Batches.Of(value)), 9);
}
