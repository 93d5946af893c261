namespace Heliostat.Conformance.Topics;

public sealed class TopicCreationTests
{
    [Theory, Everywhere]
    public Task Topics_that_cannot_be_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var there = await scenario.Kafka.CreateTopicAsync("there.is_one");
        await Ask("a name that is taken", New(there));
        await Ask("a name that collides", New(scenario.Kafka.Name("there_is.one")));
        await Ask("no name", New(""));
        await Ask("the name .", New("."));
        await Ask("the name ..", New(".."));
        await Ask("a name with a space", New("with space"));
        await Ask("a name of 250 characters", New(new string('n', 250)));
        await Ask("no partitions", New(scenario.Kafka.Name("a"), partitions: 0));
        await Ask("minus two partitions", New(scenario.Kafka.Name("a"), partitions: -2));
        await Ask("no replicas", New(scenario.Kafka.Name("a"), replicas: 0));
        await Ask("minus two replicas", New(scenario.Kafka.Name("a"), replicas: -2));
        await Ask("more replicas than brokers", New(scenario.Kafka.Name("a"), replicas: 3));
        await Ask("an unknown setting", New(scenario.Kafka.Name("a"), configs: ("no.such.setting", "1")));
        await Ask("a setting with a word for a number", New(scenario.Kafka.Name("a"), configs: ("retention.ms", "soon")));
        await Ask("a setting out of range", New(scenario.Kafka.Name("a"), configs: ("max.message.bytes", "-1")));
        await Ask("a setting that is no choice", New(scenario.Kafka.Name("a"), configs: ("cleanup.policy", "burn")));
        await Ask("a codec that is none", New(scenario.Kafka.Name("a"), configs: ("compression.type", "rar")));
        await Ask("a setting that is not boolean", New(scenario.Kafka.Name("a"), configs: ("preallocate", "maybe")));
        await Ask("a setting of null", New(scenario.Kafka.Name("a"), configs: ("retention.ms", null)));
        await Ask("a segment too small", New(scenario.Kafka.Name("a"), configs: ("segment.bytes", "1024")));
        await Ask("min.insync.replicas of 0", New(scenario.Kafka.Name("a"), configs: ("min.insync.replicas", "0")));
        await Ask("a dirty ratio of 2", New(scenario.Kafka.Name("a"), configs: ("min.cleanable.dirty.ratio", "2")));
        await Ask("retention.ms of -2", New(scenario.Kafka.Name("a"), configs: ("retention.ms", "-2")));
        await Ask("an lz4 level of 18", New(scenario.Kafka.Name("a"), configs: ("compression.lz4.level", "18")));
        await Ask("a gzip level of 0", New(scenario.Kafka.Name("a"), configs: ("compression.gzip.level", "0")));
        await Ask("a timestamp type that is none", New(scenario.Kafka.Name("a"), configs: ("message.timestamp.type", "Sometimes")));

        Task Ask(string title, CreatableTopic topic) => scenario.AskAsync(title, new CreateTopicsRequest { Topics = [topic] }, 7);
    });

    [Theory, Everywhere]
    public Task Assignments_must_be_whole(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("a");
        await Ask("an unknown broker", Assigned(name, -1, -1, (0, [7])));
        await Ask("a broker twice", Assigned(name, -1, -1, (0, [0, 0])));
        await Ask("no brokers", Assigned(name, -1, -1, (0, [])));
        await Ask("a gap between partitions", Assigned(name, -1, -1, (0, [0]), (2, [0])));
        await Ask("a partition twice", Assigned(name, -1, -1, (0, [0]), (0, [0])));
        await Ask("a partition count too", Assigned(name, 1, -1, (0, [0])));
        await Ask("a replication factor too", Assigned(name, -1, 1, (0, [0])));
        await Ask("a negative partition", Assigned(name, -1, -1, (-1, [0])));
        await Ask("as it should be", Assigned(name, -1, -1, (1, [0]), (0, [0])));

        async Task Ask(string title, CreatableTopic topic)
        {
            var answer = await scenario.Kafka.CallAsync(new CreateTopicsRequest { Topics = [topic], ValidateOnly = true }, 7);
            scenario.Note(title,
                $"{answer.Topics[0].ErrorCode} {answer.Topics[0].ErrorMessage} partitions {answer.Topics[0].NumPartitions} replicas "
                    + $"{answer.Topics[0].ReplicationFactor}");
        }
    });

    [Theory, Everywhere]
    public Task Each_version_answers_what_it_can(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        foreach (var version in new[] { 2, 3, 4, 5, 6, 7 })
        {
            var topic = New(scenario.Kafka.Name($"v{version}"), partitions: 2, configs: ("retention.ms", "1234567"));
            var answer = await scenario.Kafka.CallAsync(new CreateTopicsRequest { Topics = [topic] }, version);
            answer.Topics[0].Configs = answer.Topics[0].Configs?.FindAll(config => config.Name is "retention.ms" or "cleanup.policy");
            scenario.Note($"version {version}", answer);
        }
    });

    [Theory, Everywhere]
    public Task A_setting_given_twice_counts_as_last_given(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = New(scenario.Kafka.Name("a"), configs: [("retention.ms", "1"), ("retention.ms", "2")]);
        var answer = await scenario.Kafka.CallAsync(new CreateTopicsRequest { Topics = [topic] }, 7);
        answer.Topics[0].Configs = answer.Topics[0].Configs?.FindAll(config => config.Name == "retention.ms");
        scenario.Note("twice", answer);
    });

    [Theory, Everywhere]
    public Task Validation_creates_nothing(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("only");
        var answer = await scenario.Kafka.CallAsync(new CreateTopicsRequest { Topics = [New(name, partitions: 3)], ValidateOnly = true },
            7);
        answer.Topics[0].Configs = null;
        scenario.Note("validated", answer);
        await scenario.AskAsync("then looked for",
            new MetadataRequest { Topics = [new MetadataRequestTopic { Name = name }], AllowAutoTopicCreation = false }, 5);
    });

    [Theory, Everywhere]
    public Task Defaults_are_those_of_the_brokers(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var answer = await scenario.Kafka.CallAsync(new CreateTopicsRequest
        {
            Topics = [New(scenario.Kafka.Name("d"), partitions: -1, replicas: -1)]
        }, 7);
        answer.Topics[0].Configs!.RemoveAll(config => config.ConfigSource == 5);
        scenario.Note("minus one for both", answer);
    });

    [Theory, Everywhere]
    public Task One_bad_topic_does_not_stop_the_others(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var twice = scenario.Kafka.Name("twice");
        var request = new CreateTopicsRequest { Topics = [New(scenario.Kafka.Name("good")), New("bad name"), New(twice), New(twice)] };
        var answer = await scenario.Kafka.CallAsync(request, 7);
        foreach (var topic in answer.Topics) topic.Configs = null;
        scenario.Note("three names, one of them twice", answer);
        await scenario.AskAsync("nothing at all", new CreateTopicsRequest(), 7);
    });

    private static CreatableTopic New(string name, int partitions = 1, short replicas = 1, params (string Name, string? Value)[] configs) =>
        new()
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = replicas,
            Configs = [.. configs.Select(config => new CreatableTopicConfig { Name = config.Name, Value = config.Value })],
        };

    private static CreatableTopic Assigned(string name, int partitions, short replicas,
        params (int Partition, int[] Brokers)[] assignments) => new()
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = replicas,
            Assignments =
                [.. assignments.Select(a => new CreatableReplicaAssignment { PartitionIndex = a.Partition, BrokerIds = [.. a.Brokers] })],
        };
}
