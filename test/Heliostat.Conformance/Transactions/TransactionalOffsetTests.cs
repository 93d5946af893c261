using Heliostat.Conformance.Groups;

namespace Heliostat.Conformance.Transactions;

public sealed class TransactionalOffsetTests
{
    [Theory, Everywhere]
    public Task Offsets_wait_for_their_transaction(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        var group = await scenario.Kafka.GroupAsync();
        var transaction = await Transaction.BeginAsync(scenario.Kafka);
        foreach (var version in new[] { 0, 1, 2, 3, 4 })
        {
            await scenario.AskAsync($"offsets added, version {version}", transaction.Offsets(group), version);
            await scenario.AskAsync($"offsets, version {version}", Commit(transaction, group, topic, 10 + version), version);
        }

        await scenario.AskAsync("seen", Fetch(group, topic, stable: false), 7);
        await scenario.AskAsync("seen by who wants it stable", Fetch(group, topic, stable: true), 7);
        await scenario.AskAsync("all seen by who wants it stable",
            new OffsetFetchRequest { GroupId = group, Topics = null, RequireStable = true }, 7);
        await transaction.EndAsync(commit: true);
        await transaction.InitAsync();
        await scenario.Kafka.UntilAsync(() => Fetch(group, topic, stable: true), 7,
            seen => seen.Topics[0].Partitions[0].ErrorCode == ErrorCode.None);
        await scenario.AskAsync("committed", Fetch(group, topic, stable: true), 7);
        await scenario.Kafka.CallAsync(transaction.Offsets(group), 3);
        await scenario.Kafka.CallAsync(Commit(transaction, group, topic, 99), 3);
        await transaction.EndAsync(commit: false);
        await transaction.InitAsync();
        await scenario.Kafka.UntilAsync(() => Fetch(group, topic, stable: true), 7,
            seen => seen.Topics[0].Partitions[0].ErrorCode == ErrorCode.None);
        await scenario.AskAsync("aborted", Fetch(group, topic, stable: true), 7);
    });

    [Theory, Everywhere]
    public Task Offsets_are_refused_to_whom_they_are_not_due(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        var group = await scenario.Kafka.GroupAsync();
        var transaction = await Transaction.BeginAsync(scenario.Kafka);
        await Wrong("without the group being added", static _ => { });
        await scenario.Kafka.CallAsync(transaction.Offsets(group), 3);
        await Wrong("by an older epoch", request => request.ProducerEpoch--);
        await Wrong("by another producer", request => request.ProducerId += 100_000);
        await Wrong("of an unknown id", request => request.TransactionalId = scenario.Kafka.Name("unknown"));
        await Wrong("for no group", request => request.GroupId = "");
        await Wrong("of an unknown member", request => (request.MemberId, request.GenerationId) = ("nobody", 3));
        await Wrong("to an unknown partition", request => request.Topics[0].Partitions[0].PartitionIndex = 9);
        await Wrong("with too much metadata", request => request.Topics[0].Partitions[0].CommittedMetadata = new string('m', 5000));
        var member = await TestMember.CreateAsync(scenario.Kafka, group);
        await member.EnterAsync();
        await member.SyncAsync(member.Sync((member.MemberId, [1])));
        await Wrong("in another generation",
            request => (request.MemberId, request.GenerationId) = (member.MemberId, member.Generation + 1));
        await Wrong("in the right generation", request => (request.MemberId, request.GenerationId) = (member.MemberId, member.Generation));
        await Wrong("without saying who", static _ => { });
        await scenario.AskAsync("no group added", transaction.Offsets(""), 3);

        async Task Wrong(string title, Action<TxnOffsetCommitRequest> change)
        {
            var request = Commit(transaction, group, topic, 50);
            change(request);
            await scenario.AskAsync(title, request, 3);
        }
    });

    private static TxnOffsetCommitRequest Commit(Transaction transaction, string group, string topic, long offset) => new()
    {
        TransactionalId = transaction.Id,
        GroupId = group,
        ProducerId = transaction.ProducerId,
        ProducerEpoch = transaction.Epoch,
        Topics = [new TxnOffsetCommitRequestTopic
        {
            Name = topic,
            Partitions = [new TxnOffsetCommitRequestPartition { CommittedOffset = offset, CommittedMetadata = "m" }]
        }],
    };

    private static OffsetFetchRequest Fetch(string group, string topic, bool stable) =>
        new()
        {
            GroupId = group,
            Topics = [new OffsetFetchRequestTopic
        {
            Name = topic,
            PartitionIndexes = [0, 1]
        }],
            RequireStable = stable
        };
}
