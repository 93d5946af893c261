using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Broker.Tests.Duels;

/// <summary>
/// Transactional producers that keep to the rules and break them: what a real broker answers, stores and shows to read_committed is what
/// the embedded one does.
/// </summary>
public sealed class TransactionDuelTests
{
    private static readonly string[] Ids = ["tx-a", "tx-b"];

    [KafkaFact]
    public async Task Transactions_are_answered_stored_and_shown_alike()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        await using var duel = await Duel.StartAsync(new Dictionary<string, string>());
        await duel.CreateTopicAsync("t");
        await duel.CreateTopicAsync("u");
        await FindCoordinatorsAsync(duel);
        var producers = Ids.ToDictionary(id => id, id => new Producer(id));

        var same = true;
        for (var i = 0; i < 200 && same; i++) same = await StepAsync(duel, producers[Ids[random.Next(Ids.Length)]], random);

        foreach (var topic in (string[])["t", "u"])
        {
            await duel.SameAsync($"{topic}: everything stored", async client => Duel.Text(await client.FetchAllAsync(topic, 0)));
            for (var offset = 0; offset < 150 && same; offset += random.Next(1, 12))
            {
                same = await duel.SameAsync($"{topic}: committed from {offset}", async client =>
                {
                    var row = await client.FetchAsync(topic, 0, offset, committed: true);

                    // Kafka may list some that began beyond what it answers: its index is sparse.
                    var within = row.AbortedTransactions?.Where(txn => txn.FirstOffset < row.LastStableOffset);
                    var aborted = string.Join(", ", within?.Select(txn => $"{txn.ProducerId}@{txn.FirstOffset}") ?? []);
                    return $"{row.ErrorCode} {row.HighWatermark} {row.LastStableOffset} [{aborted}] {row.Records.Length}";
                });
            }

            await duel.SameAsync($"{topic}: producers", client => DescribeProducersAsync(client, topic));
        }

        duel.AssertNoDifference($"seed {seed}");
    }

    private static Task<bool> StepAsync(Duel duel, Producer producer, Random random)
    {
        var topic = random.Next(3) == 0 ? "u" : "t";
        return random.Next(12) switch
        {
            0 => InitAsync(duel, producer, keep: false),
            1 => InitAsync(duel, producer, keep: true),
            2 or 3 => AddAsync(duel, producer, topic, (short)random.Next(0, 4), random.Next(8) == 0 ? (short)-1 : (short)0),
            4 or 5 => EndAsync(duel, producer, random.Next(2) == 0, (short)random.Next(0, 6)),
            _ => ProduceAsync(duel, producer, topic, random),
        };
    }

    private static async Task<bool> InitAsync(Duel duel, Producer producer, bool keep)
    {
        var request = new InitProducerIdRequest
        {
            TransactionalId = producer.Id,
            TransactionTimeoutMs = 60_000,
            ProducerId = keep ? producer.ProducerId : -1,
            ProducerEpoch = keep ? producer.Epoch : (short)-1,
        };
        InitProducerIdResponse? answer = null;
        var same = await duel.SameAsync($"{producer}: init, keep {keep}", async client =>
        {
            answer = await UntilSettledAsync(() => client.CallAsync(request, 4, CancellationToken.None), response => response.ErrorCode);
            return $"{answer.ErrorCode} {answer.ProducerId} {answer.ProducerEpoch}";
        });
        if (answer!.ErrorCode == ErrorCode.None) producer.Begin(answer.ProducerId, answer.ProducerEpoch);
        return same;
    }

    private static Task<bool> AddAsync(Duel duel, Producer producer, string topic, short version, short epochShift)
    {
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = producer.Id,
            V3AndBelowProducerId = producer.ProducerId,
            V3AndBelowProducerEpoch = (short)(producer.Epoch + epochShift),
            V3AndBelowTopics = [new AddPartitionsToTxnTopic { Name = topic, Partitions = [0] }],
        };
        return duel.SameAsync($"{producer}: add {topic} v{version} epoch {epochShift}", async client =>
        {
            var answer = await UntilSettledAsync(
                () => client.CallAsync(request, version, CancellationToken.None),
                response => response.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode);
            return $"{answer.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode}";
        });
    }

    private static async Task<bool> EndAsync(Duel duel, Producer producer, bool commit, short version)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = producer.Id,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            Committed = commit
        };
        EndTxnResponse? answer = null;
        var same = await duel.SameAsync($"{producer}: end, commit {commit} v{version}", async client =>
        {
            answer = await UntilSettledAsync(() => client.CallAsync(request, version, CancellationToken.None),
                response => response.ErrorCode);
            await SettleAsync(client, producer.Id);
            return $"{answer.ErrorCode} {answer.ProducerId} {answer.ProducerEpoch}";
        });
        if (answer!.ErrorCode == ErrorCode.None && answer.ProducerId >= 0) producer.Begin(answer.ProducerId, answer.ProducerEpoch);
        return same;
    }

    private static async Task<bool> ProduceAsync(Duel duel, Producer producer, string topic, Random random)
    {
        var count = random.Next(1, 4);
        var sequence = producer.Sequences.GetValueOrDefault(topic);
        var (what, asked, epoch) = random.Next(14) switch
        {
            0 => ("gap", sequence + 3, producer.Epoch),
            1 => ("old epoch", sequence, (short)(producer.Epoch - 1)),
            2 => ("new epoch", 0, (short)(producer.Epoch + 1)),
            3 => ("again", Math.Max(0, sequence - count), producer.Epoch),
            _ => ("in order", sequence, producer.Epoch),
        };

        // A forged epoch outside of a transaction is taken, and a real coordinator then cannot end the transaction of the epoch before.
        var transactional = what == "new epoch" || random.Next(8) != 0;
        var version = (short)random.Next(9, 13);
        var batch = Batches.Idempotent(producer.ProducerId, epoch, asked, count, transactional);
        PartitionProduceResponse? answer = null;
        var same = await duel.SameAsync($"{producer}: produce {topic} {asked}+{count} {what} transactional {transactional} v{version}",
            async client =>
            {
                answer = await UntilSettledAsync(
                    async () => await client.ProduceAsync(topic, 0, [.. batch], version, producer.Id), response => response.ErrorCode);
                return Duel.Text(answer, stamped: false);
            });
        if (answer!.ErrorCode == ErrorCode.None && what == "in order") producer.Sequences[topic] = sequence + count;
        return same;
    }

    private static async Task<string> DescribeProducersAsync(RawClient client, string topic)
    {
        var request = new DescribeProducersRequest
        {
            Topics = [new DescribeProducersTopicRequest { Name = topic, PartitionIndexes = [0] }]
        };
        var response = await client.CallAsync(request, 0, CancellationToken.None);
        return string.Join(", ", response.Topics[0].Partitions[0].ActiveProducers.OrderBy(producer => producer.ProducerId)
            .Select(producer =>
                $"{producer.ProducerId} {producer.ProducerEpoch} {producer.LastSequence} {producer.CurrentTxnStartOffset}"));
    }

    private static async Task FindCoordinatorsAsync(Duel duel)
    {
        foreach (var client in (RawClient[])[duel.Real, duel.Embedded])
        {
            foreach (var id in Ids)
            {
                var request = new FindCoordinatorRequest { KeyType = CoordinatorType.Transaction, CoordinatorKeys = [id] };
                await Eventually.ValueAsync(
                    "a coordinator", TimeSpan.FromSeconds(60),
                    async _ => (await client.CallAsync(request, 4, CancellationToken.None)).Coordinators[0].ErrorCode,
                    error => error == ErrorCode.None, CancellationToken.None);
                await Eventually.ValueAsync(
                    "a producer id", TimeSpan.FromSeconds(60), async _ => (await client.InitProducerAsync(id)).ErrorCode,
                    error => error == ErrorCode.None, CancellationToken.None);
            }
        }
    }

    /// <summary>A real coordinator may still be busy with what came before.</summary>
    private static Task<T> UntilSettledAsync<T>(Func<Task<T>> ask, Func<T, ErrorCode> error) => Eventually.ValueAsync(
        "an answer", TimeSpan.FromSeconds(30), _ => ask(),
        answer => error(answer) is not (ErrorCode.ConcurrentTransactions or ErrorCode.CoordinatorLoadInProgress
            or ErrorCode.NotEnoughReplicas), CancellationToken.None);

    private static Task<string> SettleAsync(RawClient client, string id) => Eventually.ValueAsync(
        "markers", TimeSpan.FromSeconds(30),
        async _ => (await client.CallAsync(new DescribeTransactionsRequest { TransactionalIds = [id] }, 0,
            CancellationToken.None)).TransactionStates[0].TransactionState,
        state => !state.StartsWith("Prepare", StringComparison.Ordinal), CancellationToken.None);

    private sealed class Producer(string id)
    {
        public string Id { get; } = id;

        public long ProducerId { get; private set; } = -1;

        public short Epoch { get; private set; } = -1;

        public Dictionary<string, int> Sequences { get; } = [];

        public void Begin(long producerId, short epoch)
        {
            ProducerId = producerId;
            Epoch = epoch;
            Sequences.Clear();
        }

        public override string ToString() => $"{Id}/{ProducerId}/{Epoch}";
    }
}
