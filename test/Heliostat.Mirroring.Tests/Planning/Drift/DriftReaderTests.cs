using Heliostat.Broker;
using Heliostat.Mirroring.Planning.Drift;
using Heliostat.Mirroring.Tests.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Planning.Drift;

public sealed class DriftReaderTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_the_target_lacks_or_has_otherwise_is_told()
    {
        await using var pair = await EmbeddedPair.StartAsync(
            new EmbeddedTopic("absent", 3), new EmbeddedTopic("grown", 4), new EmbeddedTopic("same"), new EmbeddedTopic("fixed")
            {
                Configs = new Dictionary<string, string> { ["retention.ms"] = "1000" }
            });
        pair.B.CreateTopic(new EmbeddedTopic("A.grown", 1));
        pair.B.CreateTopic(new EmbeddedTopic("A.fixed"));
        pair.B.CreateTopic(new EmbeddedTopic("A.same"));
        pair.B.CreateTopic(new EmbeddedTopic("A.gone", 2));
        pair.B.CreateTopic(new EmbeddedTopic("A.checkpoints.internal"));
        pair.B.CreateTopic(new EmbeddedTopic("own"));
        await pair.Source.CreateAclsAsync(
            [new TopicAcl("same", PatternType.Literal, "User:alice", "*", AclOperation.Read, AclPermission.Allow).ToCreation()], Ct);

        var drift = await ReadAsync(pair);

        Assert.Equal(
        [
            new Difference(DifferenceKind.Topic, "A.absent", "is not there", "3", null),
            new Difference(DifferenceKind.Topic, "A.gone", "is a mirror of a topic that is no longer there", null, "2"),
            new Difference(DifferenceKind.Partitions, "A.grown", "partitions", "4", "1"),
            new Difference(DifferenceKind.Config, "A.fixed", "retention.ms", "1000", "604800000"),
            new Difference(DifferenceKind.Acl, "User:alice may READ topic 'A.same'", "is not there", "User:alice may READ topic 'A.same'",
                null),
        ], drift.Differences);
        Assert.Equal(("A->B", 4), (drift.Flow, drift.Topics));
        Assert.Equal([new NotCompared("groups", "sync.group.offsets.enabled is false", IsChosen: true)], drift.NotCompared);
    }

    [Fact]
    public async Task What_the_file_does_not_ask_for_is_not_compared_and_said()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("fixed")
        {
            Configs = new Dictionary<string, string> { ["retention.ms"] = "1000" }
        });
        pair.B.CreateTopic(new EmbeddedTopic("A.fixed"));

        var drift = await ReadAsync(pair, "sync.topic.configs.enabled = false\nsync.topic.acls.enabled = false");

        Assert.Empty(drift.Differences);
        Assert.Equal(["configs", "access rules", "groups"], drift.NotCompared.Select(one => one.What));
        Assert.All(drift.NotCompared, one => Assert.True(one.IsChosen));
    }

    [Fact]
    public void Quotas_are_compared_by_entity_and_key()
    {
        var source = new[]
        {
            Quota([("user", "alice"), ("client-id", null)], ("producer_byte_rate", 1048576)),
            Quota([("user", null)], ("request_percentage", 12.5), ("consumer_byte_rate", 2e6)),
        };
        var target = new[]
        {
            Quota([("user", null)], ("consumer_byte_rate", 2e6), ("request_percentage", 50)), Quota([("user", "own")], ("x", 1)),
        };

        Assert.Equal(
        [
            new Difference(DifferenceKind.Quota, "client-id by default, user 'alice'", "producer_byte_rate", "1048576", null),
            new Difference(DifferenceKind.Quota, "user by default", "request_percentage", "12.5", "50"),
        ], QuotaDrift.Of(source, target));
    }

    [Fact]
    public void Users_are_compared_by_mechanism_and_strength()
    {
        var source = new[] { User("alice", (1, 4096), (2, 8192)), User("bob", (1, 4096)), User("carol", (2, 4096)) };
        var target = new[] { User("alice", (2, 4096)), User("carol", (2, 8192)), User("own", (1, 4096)) };

        Assert.Equal(
        [
            new Difference(DifferenceKind.ScramUser, "alice", "SCRAM-SHA-256", "4096 iterations", null),
            new Difference(DifferenceKind.ScramUser, "alice", "SCRAM-SHA-512", "8192 iterations", "4096 iterations"),
            new Difference(DifferenceKind.ScramUser, "bob", "SCRAM-SHA-256", "4096 iterations", null),
        ], ScramDrift.Of(source, target));
    }

    private static async Task<FlowDrift> ReadAsync(EmbeddedPair pair, string more = "")
    {
        var flow = pair.FlowBetween(more);
        var reader = new DriftReader([flow], TimeProvider.System, NullLoggerFactory.Instance);
        return Assert.Single(await reader.ReadAsync([flow], Ct));
    }

    private static DescribeClientQuotasEntryData Quota((string Type, string? Name)[] entity, params (string Key, double Value)[] values) =>
        new()
        {
            Entity = [.. entity.Select(part => new EntityData { EntityType = part.Type, EntityName = part.Name })],
            Values = [.. values.Select(value => new ValueData { Key = value.Key, Value = value.Value })],
        };

    private static DescribeUserScramCredentialsResult User(string name, params (sbyte Mechanism, int Iterations)[] all) => new()
    {
        User = name,
        CredentialInfos = [.. all.Select(one => new CredentialInfo { Mechanism = one.Mechanism, Iterations = one.Iterations })],
    };
}
