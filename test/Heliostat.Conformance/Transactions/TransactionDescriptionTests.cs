namespace Heliostat.Conformance.Transactions;

public sealed class TransactionDescriptionTests
{
    [Theory, Everywhere]
    public Task Transactions_and_producers_are_described(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        var transaction = await Transaction.BeginAsync(scenario.Kafka);
        await Describe("begun");
        await transaction.AddAsync(topic, 0, 1);
        await transaction.ProduceAsync(topic, 0, 3);
        await Describe("open");
        await transaction.EndAsync(commit: true);
        await scenario.Kafka.UntilAsync(
            () => new DescribeTransactionsRequest { TransactionalIds = [transaction.Id] }, 0,
            seen => seen.TransactionStates[0].TransactionState == "CompleteCommit");
        await Describe("committed");
        await scenario.AskAsync("unknown", new DescribeTransactionsRequest { TransactionalIds = [scenario.Kafka.Name("unknown")] }, 0);
        await scenario.AskAsync("no id", new DescribeTransactionsRequest { TransactionalIds = [""] }, 0);

        async Task Describe(string title)
        {
            var described = await scenario.Kafka.CallAsync(new DescribeTransactionsRequest { TransactionalIds = [transaction.Id] }, 0);
            described.TransactionStates[0].TransactionStartTimeMs = Math.Sign(described.TransactionStates[0].TransactionStartTimeMs);
            foreach (var data in described.TransactionStates[0].Topics) data.Partitions.Sort();
            scenario.Note($"the transaction, {title}", described);
            var producers = await scenario.Kafka.CallAsync(
                new DescribeProducersRequest
                {
                    Topics = [new DescribeProducersTopicRequest { Name = topic, PartitionIndexes = [0, 1, 7] }]
                }, 0);
            foreach (var producer in producers.Topics[0].Partitions.SelectMany(partition => partition.ActiveProducers))
                producer.LastTimestamp = Math.Sign(producer.LastTimestamp);
            scenario.Note($"its producers, {title}", producers);
        }
    });

    [Theory, Everywhere]
    public Task Transactions_are_listed_by_filters(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var transaction = await Transaction.BeginAsync(scenario.Kafka);
        foreach (var version in new[] { 0, 1, 2 })
        {
            await List($"in state Empty, version {version}", version, request => request.StateFilters = ["Empty"]);
            await List($"in an unknown state, version {version}", version, request => request.StateFilters = ["Sleeping"]);
            await List($"of the producer, version {version}", version, request => request.ProducerIdFilters = [transaction.ProducerId]);
            await List($"of another producer, version {version}", version,
                request => request.ProducerIdFilters = [transaction.ProducerId + 100_000]);
        }

        await List("running for a day", 1, request => request.DurationFilter = 86_400_000);
        await List("by pattern", 2, request => request.TransactionalIdPattern = "x.*");
        await List("by another pattern", 2, request => request.TransactionalIdPattern = "y.*");
        await List("by no pattern at all", 2, request => request.TransactionalIdPattern = "(");

        async Task List(string title, int version, Action<ListTransactionsRequest> change)
        {
            if (!await scenario.Kafka.ServesAsync(Api.ListTransactions, version)) return;

            var request = new ListTransactionsRequest();
            change(request);
            var answer = await scenario.Kafka.CallAsync(request, version);
            answer.TransactionStates.RemoveAll(state => state.TransactionalId != transaction.Id);
            scenario.Note(title, answer);
        }
    });
}
