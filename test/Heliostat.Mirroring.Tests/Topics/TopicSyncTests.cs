using Heliostat.Broker;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class TopicSyncTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_is_missing_is_created_as_on_the_source()
    {
        await using var pair = await EmbeddedPair.StartAsync(
            new EmbeddedTopic("orders", 3)
            {
                Configs = new Dictionary<string, string>
                {
                    ["cleanup.policy"] = "compact",
                    ["min.insync.replicas"] = "1",
                    ["max.message.bytes"] = "5000"
                }
            },
            new EmbeddedTopic("plain", 1));
        var sync = Sync(pair);

        var ready = await sync.SyncAsync(Ct);

        Assert.Equal([new(new("orders", "A.orders", 3), 3, 5000, default), new(new("plain", "A.plain", 1), 1, 1_048_588, default)],
            ready.Select(topic => topic with { TargetId = default }));
        Assert.True(sync.IsComplete);
        var configs = await new ConfigReader(pair.Target, "B").ReadAsync(["A.orders"], Ct);
        Assert.Equal(
            ["cleanup.policy=compact", "max.message.bytes=5000"],
            configs["A.orders"].Configs.Where(c => c.Origin == ConfigOrigin.Topic).Select(c => $"{c.Name}={c.Value}").Order());
    }

    [Fact]
    public async Task The_first_of_many_topics_do_not_wait_for_the_last()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("a", 120), new EmbeddedTopic("b", 80),
            new EmbeddedTopic("c", 300), new EmbeddedTopic("d", 1));
        var sync = Sync(pair);

        List<string> rounds = [];
        do
        {
            rounds.Add(string.Join(' ', (await sync.SyncAsync(Ct)).Select(r => r.Topic.Remote)));
            Assert.Equal(sync.HasMore, !sync.FirstRound.IsCompleted);
        }
        while (sync.HasMore);

        Assert.Equal(["A.a A.b", "A.a A.b A.c", "A.a A.b A.c A.d"], rounds);
    }

    [Fact]
    public async Task Who_looks_for_nothing_new_sees_only_what_was_there()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders", 1));
        var sync = Sync(pair);
        await sync.SyncAsync(Ct);
        await pair.Source.CreatePartitionsAsync([new() { Name = "orders", Count = 2, Assignments = null }], validateOnly: false, Ct);
        await pair.Source.CreateTopicsAsync([new() { Name = "new", NumPartitions = 1, ReplicationFactor = 1 }], validateOnly: false, Ct);

        sync.OnlyKnown = true;
        Assert.Equal(["A.orders 1"], (await sync.SyncAsync(Ct)).Select(Show));
        sync.OnlyKnown = false;

        Assert.Equal(["A.new 1", "A.orders 2"], (await sync.SyncAsync(Ct)).Select(Show));

        static string Show(ReadyTopic topic) => $"{topic.Topic.Remote} {topic.Topic.Partitions}";
    }

    [Fact]
    public async Task Nothing_is_touched_by_planning()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders", 3));

        var plan = await Sync(pair).PlanAsync(Ct);

        Assert.Equal("A.orders", Assert.Single(plan.Creations).Topic.Remote);
        Assert.Empty(await pair.Target.ListTopicsAsync(Ct));
    }

    [Fact]
    public async Task A_mirror_grows_with_its_source_and_never_shrinks()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("less", 3), new EmbeddedTopic("more", 1));
        pair.B.CreateTopic(new EmbeddedTopic("A.less", 2));
        pair.B.CreateTopic(new EmbeddedTopic("A.more", 4));

        var ready = await Sync(pair).SyncAsync(Ct);

        Assert.Equal([("A.less", 3), ("A.more", 4)], ready.Select(r => (r.Topic.Remote, r.TargetPartitions)));
    }

    [Fact]
    public async Task A_topic_that_is_refused_holds_up_no_other_and_is_tried_again_later()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("good"), new EmbeddedTopic("refused"));
        using var fault = pair.B.Faults.Answer<CreateTopicsRequest, CreateTopicsResponse>(ApiKey.CreateTopics,
            request => RefuseOne(pair.B, request));
        var time = new ManualTimeProvider();
        var sync = Sync(pair, time: time);

        var first = await sync.SyncAsync(Ct);
        var failure = Assert.Single(sync.Failures);
        var tooSoon = await sync.PlanAsync(Ct);
        pair.B.Faults.Clear();
        time.Advance(TimeSpan.FromSeconds(10));
        var second = await sync.SyncAsync(Ct);

        Assert.Equal(["A.good"], first.Select(r => r.Topic.Remote));
        Assert.Equal(
            "target B: cannot create topic 'A.refused' with 1 partition: TOPIC_AUTHORIZATION_FAILED; its principal there needs CREATE on "
                + "the topic or the cluster", failure.Value.Cause);
        Assert.Empty(tooSoon.Creations);
        Assert.Equal(["A.good", "A.refused"], second.Select(r => r.Topic.Remote));
        Assert.True(sync.IsComplete);
    }

    [Fact]
    public async Task A_replication_factor_that_cannot_be_is_refused_with_the_targets_words()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders"));
        var sync = Sync(pair, "A->B.replication.factor = 3");

        Assert.Empty(await sync.SyncAsync(Ct));

        Assert.False(sync.IsComplete);
        Assert.StartsWith("target B: cannot create topic 'A.orders' with 1 partition: INVALID_REPLICATION_FACTOR (",
            sync.Failures["A.orders"].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_whose_configs_cannot_be_read_is_not_created_without_them()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders"));
        using var fault = pair.A.Faults.Fail(ApiKey.DescribeConfigs, ErrorCode.TopicAuthorizationFailed, Broker.Faults.FaultRules.Always);
        var sync = Sync(pair);

        Assert.Empty(await sync.SyncAsync(Ct));

        Assert.Equal(
            "source A: cannot read the configs of topic 'orders': TOPIC_AUTHORIZATION_FAILED; its principal there needs DESCRIBE_CONFIGS "
                + "on the topic; without them its mirror is not created",
            sync.Failures["A.orders"].Cause);
    }

    [Fact]
    public async Task A_config_that_the_target_refuses_is_left_out_and_the_others_are_not()
    {
        await using var pair = await EmbeddedPair.StartAsync(
            new EmbeddedTopic("orders")
            {
                Configs = new Dictionary<string, string>
                {
                    ["cleanup.policy"] = "compact",
                    ["retention.ms"] = "77",
                    ["segment.bytes"] = "2000000"
                }
            });
        using var fault = pair.B.Faults.Answer<CreateTopicsRequest, CreateTopicsResponse>(
            ApiKey.CreateTopics, request => request.Topics.Exists(t => t.Configs.Exists(c => c.Name == "retention.ms"))
                ? Refused(request, ErrorCode.InvalidConfig)
                : null);
        var sync = Sync(pair);

        var ready = await sync.SyncAsync(Ct);

        Assert.Single(ready);
        var configs = (await new ConfigReader(pair.Target, "B").ReadAsync(["A.orders"], Ct))["A.orders"];
        Assert.Equal(("compact", "2000000", ConfigOrigin.Default),
            (configs["cleanup.policy"], configs["segment.bytes"], configs.Configs.Single(c => c.Name == "retention.ms").Origin));
    }

    [Fact]
    public async Task A_topic_that_comes_back_with_fewer_partitions_is_said()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders", 3));
        var log = new RecordingLogger();
        var sync = Sync(pair, log: log);
        await sync.SyncAsync(Ct);

        pair.A.DeleteTopic("orders");
        await sync.SyncAsync(Ct);
        pair.A.CreateTopic(new EmbeddedTopic("orders", 1));
        var ready = await sync.SyncAsync(Ct);

        Assert.Equal(3, Assert.Single(ready).TargetPartitions);
        Assert.Contains(
            "source A: topic orders has partitions: 1, and had 3: it was deleted and created anew; its mirror keeps those that it has",
            log.Lines);
    }

    private static TopicSync Sync(EmbeddedPair pair, string more = "", TimeProvider? time = null, ILogger? log = null) =>
        new(EmbeddedPair.Flow(more), new TopicRings([]), pair.Source, pair.Target, time ?? TimeProvider.System, log ?? NullLogger.Instance);

    private static CreateTopicsResponse Refused(CreateTopicsRequest request, ErrorCode error) =>
        new() { Topics = [.. request.Topics.Select(t => new CreatableTopicResult { Name = t.Name, ErrorCode = error })] };

    private static CreateTopicsResponse RefuseOne(EmbeddedCluster cluster, CreateTopicsRequest request)
    {
        foreach (var topic in request.Topics.Where(t => t.Name != "A.refused"))
        {
            cluster.CreateTopic(new EmbeddedTopic(topic.Name, topic.NumPartitions));
        }

        return new()
        {
            Topics = [.. request.Topics.Select(t => new CreatableTopicResult
        {
            Name = t.Name,
            ErrorCode = t.Name == "A.refused" ? ErrorCode.TopicAuthorizationFailed : ErrorCode.None
        })]
        };
    }

    private sealed class RecordingLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
                Lines.Add(formatter(state, exception));
    }
}
