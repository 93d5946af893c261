using Heliostat.Client.Connections;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Transactions;

/// <summary>
/// One ownership of a transactional id whose producer writes outside of transactions: nothing that it writes waits for a commit, and yet
/// whoever takes the id over can fence it. A batch with the producer id of a transactional id is taken as that of an idempotent producer
/// when it is not marked as transactional (<c>UnifiedLog.analyzeAndValidateProducerState</c>, Kafka 0.11 and later).
/// <list type="bullet">
/// <item>A. Epochs are given out by the coordinator, one after the other, and never made up: each owner's are above those of all before
/// it.</item>
/// <item>B. InitProducerId fences nobody in a partition. An empty transaction does (<see cref="FenceAsync"/>): its marker stands in the
/// partition under this owner's epoch, and from then on a leader refuses older ones with INVALID_PRODUCER_EPOCH. So does the first batch of
/// this owner.</item>
/// <item>C. A leader forgets that with the producer: after <c>producer.id.expiration.ms</c> by the timestamps of its batches.</item>
/// <item>D. One request of it is under way at a time.</item>
/// </list>
/// Needs Kafka 2.5 (KIP-360). Thread-safe.
/// </summary>
public sealed class ProducerTerm : IProducerTerm
{
    /// <summary>After which the coordinator aborts what is open, should this process be gone.</summary>
    private static readonly TimeSpan TransactionTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PatienceForNext = TimeSpan.FromSeconds(5);

    /// <summary>Of InitProducerId: the first that gives a next epoch only to who has the id (KIP-360).</summary>
    private const short FirstVersionOfNextEpochs = 3;

    private readonly TransactionRequests _requests;
    private readonly KafkaClient _client;
    private readonly string _id;
    private readonly AsyncLock _one = new();
    private Held? _held;
    private volatile bool _hasLeft;

    /// <summary>Asks nobody yet.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="transactionalId"><c>transactional.id</c>.</param>
    /// <param name="time">The clock.</param>
    public ProducerTerm(KafkaClient client, string transactionalId, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(transactionalId);
        ArgumentNullException.ThrowIfNull(time);
        (_client, _id) = (client, transactionalId);
        _requests = new TransactionRequests(
            new TransactionOwner(client.Options.Cluster, transactionalId, TransactionTimeout, time, client.Options.Random),
            new KafkaTransactionCoordinator(client, transactionalId),
            new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), client.Options.Random));
    }

    /// <summary>The most partitions that one transaction fences: a coordinator writes their markers side by side.</summary>
    public static int MostFencedAtOnce => 1000;

    /// <summary>The producer id; -1 before it is taken.</summary>
    public long ProducerId => Current.ProducerId;

    /// <summary>The newest epoch; -1 before it is taken.</summary>
    public short Epoch => Current.Epoch;

    /// <summary>A partition was closed while a batch of it may have been under way, which may still be appended.</summary>
    public bool MayHaveLeftSomething => _hasLeft;

    internal ProducerIdentity Current => Volatile.Read(ref _held)?.Identity ?? ProducerIdentity.None;

    ProducerIdentity IProducerTerm.Current => Current;

    /// <summary>Takes the id over, whoever had it: what that one left open is aborted. Tries until it is answered.</summary>
    /// <exception cref="KafkaErrorException">It is refused, as by brokers before 2.5 (UNSUPPORTED_VERSION) or to who has no right to
    /// it.</exception>
    public async Task TakeAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            // Without it a partition that begins a new epoch would take the id back from whoever has it by then.
            var first = await _requests.InitAsync(ProducerIdentity.None, Timeout.InfiniteTimeSpan, ct);
            if (!await KnowsNextEpochsAsync(ct))
                throw new KafkaErrorException(ErrorCode.UnsupportedVersion, "brokers before 2.5 cannot tell whose transactional id it is");

            Volatile.Write(ref _held, new Held(first));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Whoever had the id before can write nothing more to <paramref name="partitions"/> once this returns, and what it wrote there is
    /// replicated. Each log has a marker more then, which no consumer sees.
    /// </summary>
    /// <returns>
    /// Those that are not fenced, as the cluster refuses each of them (TOPIC_AUTHORIZATION_FAILED), or does not have it after
    /// <paramref name="patience"/>.
    /// </returns>
    /// <exception cref="KafkaErrorException">It is refused, somebody else has the id by now, or some markers are not written after
    /// <paramref name="patience"/>: they may come later.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, ErrorCode>> FenceAsync(
        IReadOnlyCollection<TopicPartition> partitions, TimeSpan patience, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        Dictionary<TopicPartition, ErrorCode> left = [];
        await _one.WaitAsync(ct);
        try
        {
            foreach (var some in partitions.Chunk(MostFencedAtOnce))
            {
                if (await _requests.AddSomeAsync(Current, [.. some], left, patience, ct))
                {
                    // The coordinator answers before the markers are written. Asked again, it answers when all are, and replicated
                    // (TransactionCoordinator.endTransaction, CompleteAbort).
                    await _requests.AbortAsync(Current, mayComeLate: true, patience, ct);
                    await _requests.AbortAsync(Current, mayComeLate: true, patience, ct);
                }
            }
        }
        finally
        {
            _one.Release();
        }

        return left;
    }

    /// <summary>
    /// Opens a partition of <paramref name="producer"/> that writes under this term; a producer that is fenced ends
    /// (<see cref="Producer.RunAsync"/>).
    /// </summary>
    /// <param name="producer">Sends.</param>
    /// <param name="partition">Which.</param>
    /// <param name="sink">Told what becomes of its batches.</param>
    /// <param name="logEnd">Where its log was just seen to end; -1 when that is not known.</param>
    public ProducerPartition Open(Producer producer, TopicPartition partition, IProduceSink sink, long logEnd = -1)
    {
        ArgumentNullException.ThrowIfNull(producer);
        producer.Identities.Use(Current);
        return producer.Open(partition, sink, isShared: false, logEnd, whileHeld: false, this);
    }

    async Task<ProducerIdentity> IProducerTerm.NextAsync(ProducerIdentity used, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (Current == used)
            {
                var next = await _requests.InitAsync(used, PatienceForNext, ct);
                Volatile.Write(ref _held, new Held(next));
            }

            return Current;
        }
        finally
        {
            _one.Release();
        }
    }

    void IProducerTerm.LeftUnderWay() => _hasLeft = true;

    private async Task<bool> KnowsNextEpochsAsync(CancellationToken ct)
    {
        var node = await _client.FindCoordinatorAsync(CoordinatorType.Transaction, _id, ct);
        return (await _client.ConnectionAsync(node, ConnectionPurpose.Transaction, ct)).Supports(Api.InitProducerId,
            FirstVersionOfNextEpochs);
    }

    private sealed record Held(ProducerIdentity Identity);
}
