using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;
using Heliostat.Connect;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Tests.Connect;

public sealed class HerderTests : IAsyncLifetime, IDisposable
{
    private const string Name = "west->east.MirrorSourceConnector";
    private const string Group = "connect-cluster";

    private static readonly FlowName West = new("west", "east");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly TemporaryFolder _folder = new("herder");
    private readonly TerminalLogger _log = new(Terminal.Silent, TimeProvider.System, Verbosity.Normal);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, string> _said = [];
    private EmbeddedTestCluster _west = null!;
    private EmbeddedTestCluster _east = null!;
    private ConnectWorkerFile _file = null!;
    private Herder _herder = null!;
    private Task<MirrorOutcome> _running = null!;

    public async Task InitializeAsync()
    {
        _west = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        _east = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await _west.Client.CreateTopicAsync("orders", 1, null, Ct);
        await _west.Client.GenerateAsync("orders", new GeneratedLoad { Count = 20 }, Ct);
        var path = _folder.File("worker.properties");
        await File.WriteAllTextAsync(path, $"""
            bootstrap.servers={_east.BootstrapServers}
            group.id={Group}
            config.storage.topic=connect-configs
            offset.storage.topic=connect-offsets
            status.storage.topic=connect-status
            config.storage.replication.factor=1
            offset.storage.replication.factor=1
            status.storage.replication.factor=1
            offset.flush.interval.ms=100
            """);
        _file = ConnectWorkerFile.Load(path);
        var engine = new MirrorEngine([], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        _herder = new Herder(_file, () => "here:8083", engine, _log, TimeProvider.System, NullLoggerFactory.Instance);
        _running = _herder.RunAsync(_stop.Token, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _west.DisposeAsync();
        await _east.DisposeAsync();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _log.Dispose();
        _folder.Dispose();
    }

    /// <summary>Also where no API is served.</summary>
    [Fact]
    public async Task How_connectors_are_is_told_in_the_status_topic()
    {
        await MirrorAsync();
        await using var statuses = new KafkaBasedLog(_file.Client, _file.StatusTopic, Say, TimeProvider.System, NullLoggerFactory.Instance);
        using var end = new CancellationTokenSource();
        var following = statuses.RunAsync(end.Token);

        await SaidAsync($"status-task-{Name}-0", "RUNNING");
        await _stop.CancelAsync();
        await _running;
        await SaidAsync($"status-connector-{Name}", "UNASSIGNED");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    /// <summary>A process may stand still until its session is over, and find workers of Kafka Connect in its place.</summary>
    [Fact]
    public async Task What_runs_ends_when_workers_of_Kafka_Connect_have_come_in_its_place_and_begins_anew_after_them()
    {
        await MirrorAsync();
        var before = _herder.Find(West)!;
        var address = new Uri($"kafka://{_east.BootstrapServers}");
        await using var other = new KafkaClient(
            new ClientOptions
            {
                Cluster = "east",
                ClientId = "connect-1",
                BootstrapServers = [new DnsEndPoint(address.Host, address.Port)]
            }, new FramePool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance);
        var worker = await TakePlaceAsync(other);

        await Eventually.ValueAsync("the herder to give way", Patience, _ => Task.FromResult(_herder.Herd), herd => herd is null, Ct);
        Assert.True(before.Running.IsCompleted);

        await LeaveAsync(other, worker);
        await RunsAsync();
        Assert.NotSame(before, _herder.Find(West));
    }

    [Fact]
    public async Task What_is_halted_is_told_at_its_end()
    {
        await MirrorAsync();
        await Eventually.ValueAsync("records to arrive", Patience,
            async token => (await _east.Client.EndOffsetsAsync("west.orders", token)).Sum(), arrived => arrived == 20, Ct);
        await _west.Client.DeleteTopicAsync("orders", Ct);
        await Eventually.ValueAsync("its lane to halt", Patience, _ => Task.FromResult(_herder.Find(West)!.Flow.Lanes()),
            lanes => lanes.Any(lane => lane.State == LaneState.Failed), Ct);

        await _stop.CancelAsync();
        var outcome = await _running;

        Assert.Equal(MirrorEnd.Stopped, outcome.End);
        Assert.Equal("orders", Assert.Single(outcome.Halted).Topic);
    }

    [Fact]
    public async Task Nothing_begins_after_its_end()
    {
        await MirrorAsync();
        await _stop.CancelAsync();
        await _running;

        var ended = _herder.Find(West)!;
        await _herder.RestartAsync(West, Ct);

        Assert.Same(ended, _herder.Find(West));
        Assert.True(ended.Running.IsCompleted);
    }

    [Fact]
    public async Task What_others_told_meanwhile_is_told_anew()
    {
        await WithStatusesAsync(async (store, others) =>
        {
            ConnectorStatus[] running = [new("a", new ConnectorState("RUNNING", "here:8083", "4.3.1"), [])];
            await store.TellAsync(running, Ct);
            await others.WriteAsync([new("status-connector-a", """{"state":"UNASSIGNED"}"""u8.ToArray())], Ct);

            await store.ReadAsync(Ct);
            await store.TellAsync(running, Ct);

            await others.ToEndAsync(Ct);
            Assert.Contains("RUNNING", _said["status-connector-a"], StringComparison.Ordinal);
        });
    }

    /// <summary>As a worker of Kafka Connect does; it is not this process that had told of them.</summary>
    [Fact]
    public async Task What_is_there_no_more_is_forgotten_in_the_status_topic()
    {
        await WithStatusesAsync(async (store, others) =>
        {
            string[] keys = ["status-connector-a", "status-task-a-0", "status-task-a-1", "status-connector-a-1", "status-task-a-1-0",
                "status-topic-west.orders:connector-a-1", "status-connector-files", "status-task-files-0",
                "status-topic-files:connector-files"];
            await others.WriteAsync([.. keys.Select(key => KeyValuePair.Create(key, (byte[]?)[1]))], Ct);
            await store.WriteAsync([ConfigState.ConfigRecord("a-1", new Dictionary<string, string>()), .. ConfigState.Forgetting("a-1")],
                Ct);
            await store.ReadAsync(Ct);

            await store.TellAsync([new("a", new ConnectorState("RUNNING", "here:8083", "4.3.1"),
                [new Heliostat.Connect.TaskStatus(0, "RUNNING", "here:8083", "4.3.1")])], Ct);

            await others.ToEndAsync(Ct);
            Assert.Equal(["status-connector-a", "status-connector-files", "status-task-a-0", "status-task-files-0",
                "status-topic-files:connector-files"],
                _said.Where(one => one.Value.Length > 0).Select(one => one.Key).Order(StringComparer.Ordinal));
        });
    }

    private async Task WithStatusesAsync(Func<ConnectStore, KafkaBasedLog, Task> test)
    {
        await using var store = new ConnectStore(_file, TimeProvider.System, NullLoggerFactory.Instance);
        await using var others = new KafkaBasedLog(_file.Client, _file.StatusTopic, Say, TimeProvider.System, NullLoggerFactory.Instance);
        using var end = new CancellationTokenSource();
        Task[] following = [.. store.Loops.Append(others.RunAsync).Select(loop => loop(end.Token))];
        await test(store, others);
        await end.CancelAsync();
        foreach (var loop in following)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        }
    }

    private void Say(string key, byte[]? value) => _said[key] = Encoding.UTF8.GetString(value ?? []);

    private Task SaidAsync(string key, string state) =>
        Eventually.ValueAsync($"{key} to be {state}", Patience, _ => Task.FromResult(_said.GetValueOrDefault(key)),
            said => said?.Contains(state, StringComparison.Ordinal) == true, Ct);

    private async Task MirrorAsync()
    {
        await Eventually.ValueAsync("the topics to be read", Patience, _ => Task.FromResult(_herder.Herd), herd => herd is not null, Ct);
        var config = new Dictionary<string, string>
        {
            ["name"] = Name,
            ["connector.class"] = "org.apache.kafka.connect.mirror.MirrorSourceConnector",
            ["source.cluster.alias"] = "west",
            ["target.cluster.alias"] = "east",
            ["source.cluster.bootstrap.servers"] = _west.BootstrapServers,
            ["topics"] = "orders",
            ["replication.factor"] = "1",
            ["offset-syncs.topic.replication.factor"] = "1",
            ["refresh.topics.interval.seconds"] = "1",
        };
        await _herder.SayAsync([ConfigState.ConfigRecord(Name, config)], Ct);
        await RunsAsync();
    }

    private Task<FlowSnapshot?> RunsAsync() => Eventually.ValueAsync(
        "the flow to run", Patience, _ => Task.FromResult(_herder.Find(West)?.Flow.Snapshot()),
        flow => flow is { Status: FlowStatus.Running, Lanes.RunningLanes: 1 }, Ct);

    /// <summary>
    /// Puts ours out of the group, as after a session that is over, and joins it as a worker of Kafka Connect does before ours comes back.
    /// </summary>
    private static async Task<string> TakePlaceAsync(KafkaClient other)
    {
        while (true)
        {
            foreach (var member in (await new AdminClient(other, TimeProvider.System).DescribeGroupsAsync([Group], Ct))[0].Members)
            {
                await LeaveAsync(other, member.MemberId);
            }

            var join = new JoinGroupRequest
            {
                GroupId = Group,
                SessionTimeoutMs = 30_000,
                RebalanceTimeoutMs = 30_000,
                ProtocolType = "connect",
                Protocols = [new JoinGroupRequestProtocol { Name = "sessioned" }],
            };
            for (var answer = await JoinAsync(other, join); answer.ErrorCode is ErrorCode.None
                or ErrorCode.MemberIdRequired; answer = await JoinAsync(other, join))
            {
                if (answer.ErrorCode == ErrorCode.None)
                {
                    return answer.MemberId;
                }

                join.MemberId = answer.MemberId;
            }
        }
    }

    private static async Task<JoinGroupResponse> JoinAsync(KafkaClient client, JoinGroupRequest join) =>
        await client.CallCoordinatorAsync(CoordinatorType.Group, Group, join, answer => answer.ErrorCode, Ct);

    private static async Task LeaveAsync(KafkaClient client, string member) => await client.CallCoordinatorAsync(
        CoordinatorType.Group, Group, new LeaveGroupRequest
        {
            GroupId = Group,
            MemberId = member,
            Members = [new MemberIdentity { MemberId = member }]
        }, answer => answer.ErrorCode, Ct);
}
