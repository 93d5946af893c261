using Heliostat.Broker.Configs;
using Heliostat.Broker.Groups;
using Heliostat.Broker.Logs;
using Heliostat.Broker.Storage;
using Heliostat.Broker.Topics;
using Heliostat.Broker.Transactions;
using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Storage;

/// <summary>
/// A journal that does not take what it is given, and takes it later: what was refused has not happened, and may be asked for again.
/// </summary>
public sealed class FullJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("journal");
    private readonly StateJournal _journal;
    private readonly GroupCoordinator _groups;
    private readonly TransactionCoordinator _coordinator;
    private readonly Partition _partition;

    public FullJournalTests()
    {
        _journal = StateJournal.Open(_folder.Path, TimeProvider.System);
        _groups = new GroupCoordinator(new BrokerSettings(new Dictionary<string, string>(), _journal), _journal, new Random(1));
        _coordinator = new TransactionCoordinator(_groups, _journal);
        var log = new PartitionLog("t-0", new MemoryStore(), LogOptions.Default, TimeProvider.System);
        log.BeginEpoch(0);
        _partition = new Partition(new Topic("t", Guid.NewGuid()), 0, log, new Leadership(0, 0, [0], [0]));
        _partition.Topic.Partitions = [_partition];
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Offsets_that_a_transaction_held_back_are_not_lost()
    {
        var offsets = _groups.FindOrAdd("g").Offsets;
        offsets.CommitPending(7, "t", 0, new CommittedOffset(5, -1, "", 0));

        WhileFull(() => offsets.EndTransaction(7, commit: true));
        offsets.EndTransaction(7, commit: true);

        Assert.Equal(5, offsets.Find("t", 0)?.Offset);
    }

    [Fact]
    public void A_position_and_a_group_that_could_not_be_deleted_are_there()
    {
        var group = _groups.FindOrAdd("g");
        group.Offsets.Commit("t", 0, new CommittedOffset(5, -1, "", 0));

        WhileFull(() => group.Offsets.Delete("t", 0));
        WhileFull(() => group.Delete());

        Assert.Equal(5, _groups.Find("g")?.Offsets.Find("t", 0)?.Offset);
        Assert.Equal(ErrorCode.None, group.Delete());
    }

    [Fact]
    public void Positions_in_a_topic_that_is_deleted_go_also_where_a_transaction_holds_them_back()
    {
        var offsets = _groups.FindOrAdd("g").Offsets;
        offsets.Commit("t", 0, new CommittedOffset(5, -1, "", 0));
        offsets.CommitPending(7, "t", 0, new CommittedOffset(6, -1, "", 0));
        offsets.CommitPending(7, "other", 0, new CommittedOffset(7, -1, "", 0));

        _groups.ForgetTopic("t");
        offsets.EndTransaction(7, commit: true);

        Assert.Equal([("other", 0)], offsets.Committed.Keys);
        Assert.Equal(["other"], _journal.Records().OfType<OffsetRecord>().Select(record => record.Topic));
    }

    [Fact]
    public void A_partition_that_could_not_be_added_to_a_transaction_is_added_by_the_next_call()
    {
        var transaction = _coordinator.FindOrAdd("tx");
        var producer = transaction.Init(60_000, -1, -1);

        WhileFull(() => transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], ["g"], 0));
        var refused = transaction.Describe();
        transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], ["g"], 0);

        Assert.Equal(("Empty", 0), (refused.TransactionState, refused.Topics.Count));
        var written = Assert.Single(_journal.Records().OfType<TransactionRecord>());
        Assert.Equal(["t"], written.Partitions.Keys);
        Assert.Equal(["g"], written.Groups);
    }

    [Fact]
    public void An_end_that_could_not_be_decided_may_be_asked_for_again_with_the_same_epoch()
    {
        var transaction = _coordinator.FindOrAdd("tx");
        var producer = transaction.Init(60_000, -1, -1);
        transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], [], 0);

        WhileFull(() => transaction.EndByClient(producer.ProducerId, producer.ProducerEpoch, commit: true, bump: true));
        var ended = transaction.EndByClient(producer.ProducerId, producer.ProducerEpoch, commit: true, bump: true);

        Assert.Equal((ErrorCode.None, producer.ProducerEpoch + 1), (ended.ErrorCode, ended.ProducerEpoch));
    }

    [Fact]
    public void A_transaction_that_took_too_long_costs_one_epoch_however_often_it_could_not_be_ended()
    {
        var transaction = _coordinator.FindOrAdd("tx");
        var producer = transaction.Init(60_000, -1, -1);
        transaction.Add(producer.ProducerId, producer.ProducerEpoch, [_partition], [], 0);

        for (var n = 0; n < 5; n++) WhileFull(() => _coordinator.Tick(nowMs: 100_000));
        _coordinator.Tick(nowMs: 100_000);

        Assert.Equal((TransactionStatus.CompleteAbort, producer.ProducerEpoch + 1), (transaction.Status, transaction.ProducerEpoch));
    }

    [Fact]
    public void A_producer_that_could_not_take_over_takes_the_next_epoch()
    {
        var transaction = _coordinator.FindOrAdd("tx");
        var first = transaction.Init(60_000, -1, -1);

        WhileFull(() => transaction.Init(60_000, -1, -1));
        var second = transaction.Init(60_000, -1, -1);

        Assert.Equal(first.ProducerEpoch + 1, second.ProducerEpoch);
    }

    [Fact]
    public void A_journal_that_cannot_be_written_anew_goes_on_as_it_is()
    {
        var inTheWay = _folder.File("00000000000000000000.log.new");
        Directory.CreateDirectory(inTheWay);
        var large = new CommittedOffset(5, -1, new string('x', 100_000), 0);
        var offsets = _groups.FindOrAdd("g").Offsets;

        for (var n = 0; n < 30; n++) offsets.Commit("t", 0, large with { Offset = n });
        Directory.Delete(inTheWay);
        var before = new FileInfo(_folder.File("00000000000000000000.log")).Length;
        for (var n = 0; n < 30; n++) offsets.Commit("t", 0, large with { Offset = n });

        Assert.True(before > 2_500_000);
        Assert.True(new FileInfo(_folder.File("00000000000000000000.log")).Length < before);
        Assert.Equal(29, Assert.Single(_journal.Records().OfType<OffsetRecord>()).Offset);
    }

    private void WhileFull(Action action)
    {
        _journal.IsFull = true;
        Assert.Throws<IOException>(action);
        _journal.IsFull = false;
    }
}
