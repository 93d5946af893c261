using System.Text;
using Heliostat.Connect;

namespace Heliostat.Tests.Connect;

/// <summary>What a worker of Kafka Connect 4.3.1 writes to its config topic is understood, and what is written is what it writes.</summary>
public sealed class ConfigStateTests
{
    private const string Name = "west->east.MirrorSourceConnector";

    private readonly ConfigState _state = new();

    [Fact]
    public void Connectors_and_what_is_wanted_of_them_are_read()
    {
        Take("session-key",
            """{"key":"hgAzqw4iDEbh851ydopfrKbyaw1SbO7ir3m+U2QEQ68=","algorithm":"HmacSHA256","creation-timestamp":1796043785199}""");
        Take($"target-state-{Name}", """{"state":"PAUSED","state.v2":"STOPPED"}""");
        Take($"connector-{Name}",
            """{"properties":{"connector.class":"MirrorSource","topics":"a,b","name":"west->east.MirrorSourceConnector"}}""");
        Take("connector-old", """{"schema":{"type":"struct"},"payload":{"properties":{"connector.class":"org.example.Other"}}}""");
        Take("target-state-old", """{"state":"PAUSED"}""");
        Take($"task-{Name}-0", """{"properties":{"task.assigned.partitions":"a-0"}}""");
        Take($"commit-{Name}", """{"tasks":1}""");
        Take("connector-broken", "{");

        Assert.Equal([(Name, TargetState.Stopped), ("old", TargetState.Paused)],
            _state.Connectors.OrderByDescending(one => one.Name, StringComparer.Ordinal).Select(one => (one.Name, one.Target)));
        var mirror = _state.Connectors.Single(one => one.Name == Name);
        Assert.Equal(ConnectorKind.Source, mirror.Kind);
        Assert.Equal("a,b", mirror.Config["topics"]);
        Assert.Null(_state.Connectors.Single(one => one.Name == "old").Kind);
    }

    [Fact]
    public void What_is_deleted_is_gone_with_what_was_wanted_of_it()
    {
        Put(ConfigState.TargetRecord(Name, TargetState.Paused),
            ConfigState.ConfigRecord(Name, new Dictionary<string, string> { ["a"] = "b" }));
        Assert.Equal(TargetState.Paused, Assert.Single(_state.Connectors).Target);
        Put([.. ConfigState.Forgetting(Name)]);
        Assert.Empty(_state.Connectors);
        Put(ConfigState.ConfigRecord(Name, new Dictionary<string, string> { ["a"] = "b" }));
        Assert.Equal(TargetState.Started, Assert.Single(_state.Connectors).Target);
    }

    [Fact]
    public void The_list_is_the_same_until_something_changes()
    {
        Put(ConfigState.ConfigRecord(Name, new Dictionary<string, string> { ["a"] = "b" }));
        var before = _state.Connectors;
        Take($"commit-{Name}", """{"tasks":0}""");
        Assert.Same(before, _state.Connectors);
    }

    [Fact]
    public void Records_are_those_of_Kafka_Connect()
    {
        Assert.Equal(($"connector-{Name}", """{"properties":{"topics":"ä>b","name":"x"}}"""),
            Text(ConfigState.ConfigRecord(Name, new Dictionary<string, string> { ["topics"] = "ä>b", ["name"] = "x" })));
        Assert.Equal(($"target-state-{Name}", """{"state":"PAUSED","state.v2":"STOPPED"}"""),
            Text(ConfigState.TargetRecord(Name, TargetState.Stopped)));
        Assert.Equal(($"target-state-{Name}", """{"state":"STARTED","state.v2":"STARTED"}"""),
            Text(ConfigState.TargetRecord(Name, TargetState.Started)));
        Assert.Equal(($"commit-{Name}", """{"tasks":0}"""), Text(ConfigState.NoTasksRecord(Name)));
    }

    private static (string Key, string Value) Text(KeyValuePair<string, byte[]?> record) =>
        (record.Key, Encoding.UTF8.GetString(record.Value!));

    private void Take(string key, string value) => _state.Take(key, Encoding.UTF8.GetBytes(value));

    private void Put(params KeyValuePair<string, byte[]?>[] records) =>
        Array.ForEach(records, record => _state.Take(record.Key, record.Value));
}
