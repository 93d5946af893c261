namespace Heliostat.Conformance.Configs;

[Collection(nameof(BrokerConfigTests))]
public sealed class BrokerConfigTests
{
    private const ConfigResourceType Broker = ConfigResourceType.Broker;
    private const sbyte Set = 0;
    private const sbyte Delete = 1;

    [Theory, Everywhere]
    public Task Settings_say_where_they_come_from(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        string[] keys =
        [
            "auto.create.topics.enable", "num.partitions", "log.retention.ms", "log.retention.hours", "message.max.bytes",
            "compression.type", "log.cleanup.policy", "group.initial.rebalance.delay.ms", "offsets.retention.minutes",
            "transaction.max.timeout.ms", "num.io.threads", "log.segment.bytes", "broker.rack", "log.message.timestamp.type",
            "unclean.leader.election.enable", "delete.topic.enable", "log.roll.ms", "producer.id.expiration.ms",
        ];
        var answer = await scenario.Kafka.CallAsync(Describe("0", [.. keys], synonyms: true), 4);
        answer.Results[0].Configs.ForEach(config => config.Documentation = null);
        foreach (var config in answer.Results[0].Configs) scenario.Note(config.Name, config);
    });

    [Theory, Everywhere]
    public Task Brokers_that_are_not_there_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        await scenario.AskAsync("an unknown broker", Describe("7", null, synonyms: false), 4);
        await scenario.AskAsync("a broker that is no number", Describe("seven", null, synonyms: false), 4);
        await scenario.AskAsync("a change to an unknown broker", Change("7", false, ("log.cleaner.threads", Set, "2")), 1);
        await scenario.AskAsync("a change to a broker that is no number", Change("seven", false, ("log.cleaner.threads", Set, "2")), 1);
    });

    [Theory, Everywhere]
    public Task Changes_are_checked(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        await scenario.AskAsync("a setting that cannot change", Change("0", true, ("num.partitions", Set, "2")), 1);
        await scenario.AskAsync("a setting that cannot change, for all", Change("", true, ("num.partitions", Set, "2")), 1);
        await scenario.AskAsync("a value that is none", Change("", true, ("message.max.bytes", Set, "many")), 1);
        await scenario.AskAsync("a value out of range", Change("", true, ("message.max.bytes", Set, "-1")), 1);
        await scenario.AskAsync("one that can", Change("", true, ("message.max.bytes", Set, "2000000")), 1);
        await scenario.AskAsync("one that can, for one broker", Change("0", true, ("message.max.bytes", Set, "2000000")), 1);
    });

    [Theory, Everywhere]
    public Task A_change_shows_and_can_be_taken_back(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        await scenario.AskAsync("for all", Change("", false, ("log.cleaner.min.compaction.lag.ms", Set, "5")), 1);
        await Shows("0", "5");
        await scenario.AskAsync("for one", Change("0", false, ("log.cleaner.min.compaction.lag.ms", Set, "6")), 1);
        await Shows("0", "6");
        await scenario.AskAsync("one no more", Change("0", false, ("log.cleaner.min.compaction.lag.ms", Delete, null)), 1);
        await scenario.AskAsync("all no more", Change("", false, ("log.cleaner.min.compaction.lag.ms", Delete, null)), 1);
        await Shows("0", "0");

        async Task Shows(string broker, string value)
        {
            var answer = await scenario.Kafka.UntilAsync(
                () => Describe(broker, ["log.cleaner.min.compaction.lag.ms"], synonyms: true), 4,
                seen => seen.Results[0].Configs[0].Value == value);
            answer.Results[0].Configs[0].Documentation = null;
            scenario.Note($"then {value} over {answer.Results[0].Configs[0].Synonyms.Count - 1} others", answer);
        }
    });

    private static DescribeConfigsRequest Describe(string broker, List<string>? keys, bool synonyms) => new()
    {
        Resources = [new DescribeConfigsResource { ResourceType = Broker, ResourceName = broker, ConfigurationKeys = keys }],
        IncludeSynonyms = synonyms,
    };

    private static IncrementalAlterConfigsRequest Change(string broker, bool validateOnly,
        params (string Name, sbyte Operation, string? Value)[] changes) => new()
        {
            ValidateOnly = validateOnly,
            Resources =
            [
                new()
                {
                    ResourceType = Broker,
                    ResourceName = broker,
                    Configs = [.. changes.Select(c => new IncrementalAlterConfigsAlterableConfig
                    {
                        Name = c.Name,
                        ConfigOperation = c.Operation,
                        Value = c.Value
                    })],
                },
            ],
        };
}
