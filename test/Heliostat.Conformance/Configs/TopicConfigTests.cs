namespace Heliostat.Conformance.Configs;

// A broker's configs are what topics' stand on: who looks at one does not while another changes the other, on one cluster.
[Collection(nameof(BrokerConfigTests))]
public sealed class TopicConfigTests
{
    private const ConfigResourceType Topic = ConfigResourceType.Topic;
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    [Theory, Everywhere]
    public Task Every_setting_has_its_type_default_and_synonyms(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync(configs: [("retention.ms", "7200000"), ("cleanup.policy", "compact")]);
        var answer = await scenario.Kafka.CallAsync(Describe(name, null, synonyms: true), 4);
        answer.Results[0].Configs.ForEach(config => config.Documentation = null);
        foreach (var config in answer.Results[0].Configs) scenario.Note(config.Name, config);
    });

    [Theory, Everywhere]
    public Task Every_version_describes_what_it_can(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync(configs: [("retention.ms", "7200000")]);
        foreach (var version in new[] { 1, 2, 3, 4 })
        {
            await scenario.AskAsync($"two settings, version {version}",
                Describe(name, ["retention.ms", "max.message.bytes"], synonyms: false), version);
            await scenario.AskAsync($"one that is not, version {version}", Describe(name, ["no.such"], synonyms: false), version);
            await scenario.AskAsync($"an unknown topic, version {version}", Describe(scenario.Kafka.Name("none"), null, synonyms: false),
                version);
        }

        await scenario.AskAsync("none of them", Describe(name, [], synonyms: false), 4);
        await scenario.AskAsync("a name that cannot be", Describe("with space", null, synonyms: false), 4);
        await scenario.AskAsync("no name", Describe("", null, synonyms: false), 4);
        await scenario.AskAsync("an unknown kind of thing", new DescribeConfigsRequest
        {
            Resources = [new DescribeConfigsResource
        {
            ResourceType = (ConfigResourceType)77,
            ResourceName = "x",
            ConfigurationKeys = null
        }]
        }, 4);
    });

    [Theory, Everywhere]
    public Task Settings_change_one_by_one(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync(configs: [("retention.ms", "7200000")]);
        await Change("set", ("retention.ms", Set, "3600000"), ("max.message.bytes", Set, "2000000"));
        await Change("delete", ("max.message.bytes", Delete, null));
        await Change("delete what is not set", ("max.message.bytes", Delete, null));
        await Change("append to a list", ("cleanup.policy", Append, "compact"));
        await Change("append what is there", ("cleanup.policy", Append, "compact"));
        await Change("subtract from a list", ("cleanup.policy", Subtract, "delete"));
        await Change("append to no list", ("retention.ms", Append, "1"));
        await Change("subtract from no list", ("retention.ms", Subtract, "1"));
        await Change("a value that is none", ("retention.ms", Set, "soon"));
        await Change("a value of null", ("retention.ms", Set, null));
        await Change("an unknown setting", ("no.such", Set, "1"));
        await Change("delete an unknown setting", ("no.such", Delete, null));
        await Change("the same twice", ("retention.ms", Set, "1"), ("retention.ms", Set, "2"));
        await Change("an unknown operation", ("retention.ms", 9, "1"));
        await Change("a good and a bad one", ("retention.ms", Set, "1"), ("segment.ms", Set, "-5"));
        await scenario.AskAsync("an unknown topic", Incremental(scenario.Kafka.Name("none"), ("retention.ms", Set, "1")), 1);
        await scenario.AskAsync("in version 0", Incremental(name, ("retention.ms", Set, "5")), 0);
        await scenario.AskAsync("a topic twice", Twice(name), 1);
        await scenario.AskAsync("an unknown kind of thing",
            new IncrementalAlterConfigsRequest { Resources = [new() { ResourceType = (ConfigResourceType)77, ResourceName = "x" }] }, 1);

        async Task Change(string title, params (string, sbyte, string?)[] changes)
        {
            await scenario.AskAsync(title, Incremental(name, changes), 1);
            scenario.Note($"then, {title}", await OwnAsync(scenario.Kafka, name));
        }
    });

    [Theory, Everywhere]
    public Task Settings_change_all_at_once(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync(configs: [("retention.ms", "7200000")]);
        foreach (var version in new[] { 0, 1, 2 })
        {
            await scenario.AskAsync($"version {version}", All(name, false, ("max.message.bytes", $"{1_000_000 + version}")), version);
            scenario.Note($"then, version {version}", await OwnAsync(scenario.Kafka, name));
        }

        await scenario.AskAsync("a bad one", All(name, false, ("retention.ms", "soon")), 2);
        await scenario.AskAsync("an unknown one", All(name, false, ("no.such", "1")), 2);
        await scenario.AskAsync("null", All(name, false, ("retention.ms", null)), 2);
        await scenario.AskAsync("the same twice", All(name, false, ("retention.ms", "1"), ("retention.ms", "2")), 2);
        await scenario.AskAsync("only checked", All(name, true, ("retention.ms", "1")), 2);
        await scenario.AskAsync("an unknown topic", All(scenario.Kafka.Name("none"), false, ("retention.ms", "1")), 2);
        scenario.Note("in the end", await OwnAsync(scenario.Kafka, name));
        await scenario.AskAsync("nothing", All(name, false), 2);
        scenario.Note("nothing is left", await OwnAsync(scenario.Kafka, name));
    });

    [Theory, Everywhere]
    public Task Validation_changes_nothing(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync();
        var request = Incremental(name, ("retention.ms", Set, "1"));
        request.ValidateOnly = true;
        await scenario.AskAsync("checked", request, 1);
        scenario.Note("then", await OwnAsync(scenario.Kafka, name));
    });

    private static DescribeConfigsRequest Describe(string topic, List<string>? keys, bool synonyms) => new()
    {
        Resources = [new DescribeConfigsResource { ResourceType = Topic, ResourceName = topic, ConfigurationKeys = keys }],
        IncludeSynonyms = synonyms,
    };

    private static IncrementalAlterConfigsRequest Incremental(string topic,
        params (string Name, sbyte Operation, string? Value)[] changes) => new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = Topic,
                    ResourceName = topic,
                    Configs = [.. changes.Select(c => new IncrementalAlterConfigsAlterableConfig
                    {
                        Name = c.Name,
                        ConfigOperation = c.Operation,
                        Value = c.Value
                    })],
                },
            ],
        };

    private static IncrementalAlterConfigsRequest Twice(string topic)
    {
        var request = Incremental(topic, ("retention.ms", Set, "1"));
        request.Resources.AddRange(Incremental(topic, ("retention.ms", Set, "2")).Resources);
        return request;
    }

    private static AlterConfigsRequest All(string topic, bool validateOnly, params (string Name, string? Value)[] configs) => new()
    {
        ValidateOnly = validateOnly,
        Resources =
        [
            new()
            {
                ResourceType = Topic,
                ResourceName = topic,
                Configs = [.. configs.Select(c => new AlterConfigsAlterableConfig { Name = c.Name, Value = c.Value })],
            },
        ],
    };

    /// <summary>
    /// The topic's own settings. Real brokers take changes over behind their answers, but in order: one more change that is seen shows
    /// those before it.
    /// </summary>
    private static async Task<string> OwnAsync(Endpoint kafka, string topic)
    {
        const string marker = "file.delete.delay.ms";
        var value = $"{Random.Shared.Next(1, int.MaxValue)}";
        await kafka.CallAsync(Incremental(topic, (marker, Set, value)), 1);
        var answer = await kafka.UntilAsync(
            () => Describe(topic, null, synonyms: false), 4,
            seen => seen.Results[0].Configs.Exists(config => config.Name == marker && config.Value == value));
        var own = answer.Results[0].Configs
            .Where(config => config.ConfigSource == 1 && config.Name != marker).Select(config => $"{config.Name}={config.Value}");
        return string.Join(' ', own.Order()) is { Length: > 0 } text ? text : "nothing";
    }
}
