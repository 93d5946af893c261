namespace Heliostat.Conformance.Transactions;

public sealed class TransactionTests
{
    [Theory, Everywhere]
    public Task A_transaction_goes_its_way_in_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        for (var version = 0; version <= 4; version++)
        {
            var transaction = new Transaction(scenario.Kafka, await scenario.Kafka.TransactionalIdAsync($"v{version}"));
            scenario.Note($"begun, version {version}", Epochs(await transaction.InitAsync(version)));
            scenario.Note($"added, version {version}", await transaction.AddAsync(transaction.Partitions(topic, 0), Math.Min(version, 3)));
            scenario.Note($"produced, version {version}", Error(await transaction.ProduceAsync(topic, 0)));
            scenario.Note($"committed, version {version}", await transaction.EndAsync(commit: true, version));
            scenario.Note($"again, version {version}", await transaction.EndAsync(commit: true, version));
            scenario.Note($"aborted after that, version {version}", await transaction.EndAsync(commit: false, version));
            await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: true);
        }
    });

    [Theory, Everywhere]
    public Task Each_transaction_has_an_epoch_of_its_own_in_the_new_way(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        if (on == EndpointKind.Kafka39) return;

        var topic = await scenario.Kafka.CreateTopicAsync();
        var transaction = new Transaction(scenario.Kafka, await scenario.Kafka.TransactionalIdAsync());
        scenario.Note("begun", Epochs(await transaction.InitAsync(5)));
        scenario.Note("produced", Error(await transaction.ProduceAsync(topic, 0, 2, version: 12)));
        var ended = transaction.End(commit: true);
        scenario.Note("committed", Epochs(await transaction.EndAsync(commit: true, 5)));
        await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: true);

        // The coordinator may be a moment behind the markers that it wrote.
        await scenario.Kafka.UntilAsync(() => ended, 5, static seen => seen.ErrorCode != ErrorCode.ConcurrentTransactions);
        await scenario.AskAsync("committed again", ended, 5);
        ended.Committed = false;
        await scenario.AskAsync("aborted again", ended, 5);
        scenario.Note("produced in the next", Error(await transaction.ProduceAsync(topic, 0, 1, version: 12)));
        scenario.Note("aborted", Epochs(await transaction.EndAsync(commit: false, 5)));
        await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: true);
        scenario.Note("aborted with nothing open", Epochs(await transaction.EndAsync(commit: false, 5)));
        scenario.Note("committed with nothing open", Epochs(await transaction.EndAsync(commit: true, 5)));
        scenario.Note("what is there", await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: false));
        scenario.Note("what counts", await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: true));
    });

    [Theory, Everywhere]
    public Task Ids_and_timeouts_are_checked(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var id = await scenario.Kafka.TransactionalIdAsync();
        await scenario.AskAsync("no timeout", new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 0 }, 4);
        await scenario.AskAsync("too long a timeout",
            new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 900_000_000 }, 4);
        await scenario.AskAsync("an empty id", new InitProducerIdRequest { TransactionalId = "", TransactionTimeoutMs = 1000 }, 4);
        await scenario.AskAsync("an id without an epoch",
            new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1000, ProducerId = 5 }, 4);
        await scenario.AskAsync("an epoch without an id",
            new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1000, ProducerEpoch = 5 }, 4);
        await scenario.AskAsync("an unknown id ended", new EndTxnRequest { TransactionalId = id, ProducerId = 1 }, 3);
        await scenario.AskAsync("no id ended", new EndTxnRequest { TransactionalId = "", ProducerId = 1 }, 3);
        await scenario.AskAsync("no id added", new AddPartitionsToTxnRequest { V3AndBelowTransactionalId = "" }, 3);
    });

    [Theory, Everywhere]
    public Task Producers_are_told_what_they_may_not(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        var transaction = await Transaction.BeginAsync(scenario.Kafka);
        scenario.Note("produced before it is added", Error(await transaction.ProduceAsync(topic, 0)));
        scenario.Note("committed before it is begun", await transaction.EndAsync(commit: true));
        scenario.Note("aborted before it is begun", await transaction.EndAsync(commit: false));
        scenario.Note("an unknown topic added", await transaction.AddAsync(scenario.Kafka.Name("none"), 0));
        scenario.Note("an unknown partition added", await transaction.AddAsync(topic, 0, 7));
        scenario.Note("added", await transaction.AddAsync(topic, 0));
        scenario.Note("produced where it is not", Error(await transaction.ProduceAsync(topic, 1)));
        scenario.Note("produced", Error(await transaction.ProduceAsync(topic, 0)));
        await Wrong("another producer", t => t.ProducerId += 100_000);
        await Wrong("an older epoch", t => t.Epoch--);
        await Wrong("a newer epoch", t => t.Epoch++);
        var plain = Batches.Produce(topic, 0, Batches.Idempotent(transaction.ProducerId, transaction.Epoch, 1, 1));
        scenario.Note("not transactional in between", Error(await scenario.Kafka.CallAsync(plain, 11)));

        async Task Wrong(string title, Action<Transaction> change)
        {
            var wrong = new Transaction(scenario.Kafka, transaction.Id)
            {
                ProducerId = transaction.ProducerId,
                Epoch = transaction.Epoch,
                Sequence = transaction.Sequence
            };
            change(wrong);
            scenario.Note($"{title}: added", await wrong.AddAsync(topic, 1));
            scenario.Note($"{title}: added in version 1", await wrong.AddAsync(wrong.Partitions(topic, 1), 1));
            scenario.Note($"{title}: ended", await wrong.EndAsync(commit: true));
            scenario.Note($"{title}: ended in version 1", await wrong.EndAsync(commit: true, 1));
            scenario.Note($"{title}: produced", Error(await wrong.ProduceAsync(topic, 0)));
            await scenario.AskAsync($"{title}: offsets added", wrong.Offsets(scenario.Kafka.Name("g")), 3);
        }
    });

    [Theory, Everywhere]
    public Task A_new_producer_fences_the_old_one(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        var old = await Transaction.BeginAsync(scenario.Kafka);
        await old.AddAsync(topic, 0);
        await old.ProduceAsync(topic, 0);
        var heir = new Transaction(scenario.Kafka, old.Id);
        scenario.Note("taken over", Epochs(await heir.InitAsync()));
        scenario.Note("the old one adds", await old.AddAsync(topic, 0));
        scenario.Note("the old one commits", await old.EndAsync(commit: true));
        scenario.Note("the old one produces", Error(await old.ProduceAsync(topic, 0)));
        scenario.Note("the old one begins with what it had", await old.InitAsync(4, old.ProducerId, old.Epoch));
        await heir.AddAsync(topic, 0);
        scenario.Note("the heir produces", Error(await heir.ProduceAsync(topic, 0)));
        scenario.Note("the heir commits", await heir.EndAsync(commit: true));
        scenario.Note("what is there", await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: false));
        scenario.Note("what counts", await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: true));
    });

    /// <summary>What ProducerTerm stands on.</summary>
    [Theory, Everywhere]
    public Task Outside_of_transactions_an_empty_one_fences_and_so_does_the_first_batch(EndpointKind on) =>
        Scenario.RunAsync(on, async scenario =>
        {
            var topic = await scenario.Kafka.CreateTopicAsync();
            var old = await Transaction.BeginAsync(scenario.Kafka);
            scenario.Note("the old one produces", Error(await PlainAsync(old)));
            var heir = new Transaction(scenario.Kafka, old.Id);
            scenario.Note("taken over", Epochs(await heir.InitAsync()));
            scenario.Note("the old one still produces", Error(await PlainAsync(old)));
            scenario.Note("the heir adds", await heir.AddAsync(topic, 0));
            scenario.Note("the heir aborts", await heir.EndAsync(commit: false));
            scenario.Note("all markers are written", await heir.EndAsync(commit: false));
            scenario.Note("the old one does not", Error(await PlainAsync(old)));
            scenario.Note("the heir produces", Error(await PlainAsync(heir)));
            var (id, epoch, next) = (heir.ProducerId, heir.Epoch, new Transaction(scenario.Kafka, old.Id));
            scenario.Note("the heir's next epoch", Epochs(await next.InitAsync(4, id, epoch)));
            scenario.Note("it produces", Error(await PlainAsync(next)));
            scenario.Note("the epoch before does not", Error(await PlainAsync(heir)));

            async Task<ProduceResponse> PlainAsync(Transaction producer)
            {
                var answer = await scenario.Kafka.CallAsync(Batches.Produce(topic, 0,
                    Batches.Idempotent(producer.ProducerId, producer.Epoch, producer.Sequence, 1)), 11);
                producer.Sequence += answer.Responses[0].PartitionResponses[0].ErrorCode == ErrorCode.None ? 1 : 0;
                return answer;
            }
        });

    [Theory, Everywhere]
    public Task A_producer_bumps_its_own_epoch(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var transaction = await Transaction.BeginAsync(scenario.Kafka);
        var (id, epoch) = (transaction.ProducerId, transaction.Epoch);
        scenario.Note("once", Epochs(await transaction.InitAsync(4, id, epoch)));
        scenario.Note("the same again", Epochs(await transaction.InitAsync(4, id, epoch)));
        scenario.Note("from there", Epochs(await transaction.InitAsync(4, id, (short)(epoch + 1))));
        scenario.Note("the first again", Epochs(await transaction.InitAsync(4, id, epoch)));
        scenario.Note("from an epoch nobody had", Epochs(await transaction.InitAsync(4, id, 77)));
        scenario.Note("of another producer", Epochs(await transaction.InitAsync(4, id + 100_000, 0)));
    });

    [Theory, Everywhere]
    public Task Aborted_records_are_listed(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        var first = await Transaction.BeginAsync(scenario.Kafka, "a");
        var second = await Transaction.BeginAsync(scenario.Kafka, "b");
        await scenario.Kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("plain")), 9);
        await first.AddAsync(topic, 0);
        await second.AddAsync(topic, 0);
        await first.ProduceAsync(topic, 0, 2);
        await second.ProduceAsync(topic, 0);
        scenario.Note("while both are open", await SeenPartition.MarksAsync(scenario.Kafka, topic, 4));
        await first.EndAsync(commit: false);
        await first.InitAsync();
        scenario.Note("when the first is aborted", await SeenPartition.MarksAsync(scenario.Kafka, topic, 5));
        await first.AddAsync(topic, 0);
        await first.ProduceAsync(topic, 0);
        await second.EndAsync(commit: true);
        await second.InitAsync();
        scenario.Note("when the second is committed", await SeenPartition.MarksAsync(scenario.Kafka, topic, 7));
        await first.EndAsync(commit: false);
        await first.InitAsync();
        scenario.Note("when all is over", await SeenPartition.MarksAsync(scenario.Kafka, topic, 8));
        foreach (var offset in new[] { 0, 3, 4, 5, 6, 7 })
        {
            foreach (var isolation in new[] { IsolationLevel.ReadUncommitted, IsolationLevel.ReadCommitted })
            {
                var request = Batches.Fetch(topic, 0, offset);
                request.IsolationLevel = isolation;
                await scenario.AskAsync($"from {offset}, isolation {isolation:D}", request, 11);
            }
        }
    });

    [Theory, Everywhere]
    public Task A_transaction_that_takes_too_long_is_aborted(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        var transaction = await Transaction.BeginAsync(scenario.Kafka, timeoutMs: 500);
        await transaction.AddAsync(topic, 0);
        await transaction.ProduceAsync(topic, 0);
        await scenario.AskAsync("the latest offset while it is open", SeenPartition.Latest(topic, IsolationLevel.ReadCommitted), 5);
        await scenario.Kafka.UntilAsync(() => SeenPartition.Latest(topic, IsolationLevel.ReadCommitted), 5,
            seen => seen.Topics[0].Partitions[0].Offset == 2);
        scenario.Note("committed too late", await transaction.EndAsync(commit: true));
        scenario.Note("produced too late", Error(await transaction.ProduceAsync(topic, 0)));
        scenario.Note("what counts", await SeenPartition.ContentAsync(scenario.Kafka, topic, committed: true));
        scenario.Note("begun with what it had", Epochs(await transaction.InitAsync(4, transaction.ProducerId, transaction.Epoch)));
        scenario.Note("begun anew", Epochs(await transaction.InitAsync()));
    });

    private static string Epochs(InitProducerIdResponse answer) => $"{answer.ErrorCode}, epoch {answer.ProducerEpoch}";

    private static string Epochs(EndTxnResponse answer) => $"{answer.ErrorCode}, epoch {answer.ProducerEpoch}";

    private static string Error(ProduceResponse answer)
    {
        var row = answer.Responses[0].PartitionResponses[0];
        return $"{row.ErrorCode} at {row.BaseOffset}";
    }
}
