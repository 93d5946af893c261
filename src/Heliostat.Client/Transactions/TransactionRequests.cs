using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Transactions;

/// <summary>
/// The conversations with the coordinator, in the versions in which the client adds partitions and the epoch outlives a transaction: the
/// same from Kafka 0.11 to 4.x, whatever transaction.version a cluster has.
/// </summary>
/// <param name="owner">Whose they are.</param>
/// <param name="coordinator">Who is asked.</param>
/// <param name="backOff">Between attempts.</param>
internal sealed class TransactionRequests(TransactionOwner owner, ITransactionCoordinator coordinator, BackOff backOff)
{
    private readonly string _id = owner.TransactionalId;

    /// <summary>The coordinator answers before all markers are written, and they take milliseconds.</summary>
    private readonly BackOff _soon = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(50), owner.Random);

    /// <summary>
    /// Takes the id over, whoever had it, or (with <paramref name="expected"/>) begins a new epoch if nobody else has. Tries until it is
    /// answered; throws <see cref="KafkaErrorException"/> when it is refused, or <paramref name="patience"/> is over.
    /// </summary>
    public async Task<ProducerIdentity> InitAsync(ProducerIdentity expected, TimeSpan patience, CancellationToken ct)
    {
        var start = owner.Time.GetTimestamp();
        var request = new InitProducerIdRequest
        {
            TransactionalId = _id,
            TransactionTimeoutMs = (int)Math.Min(owner.Timeout.TotalMilliseconds, int.MaxValue),
            ProducerId = expected.ProducerId,
            ProducerEpoch = expected.Epoch,
        };
        for (var failures = 1; ; failures++)
        {
            var attempt = await TryAsync(request, "InitProducerId", static answer => answer.ErrorCode, ct);
            if (attempt.Verdict == CoordinatorVerdict.Done)
                return new ProducerIdentity(attempt.Answer!.ProducerId, attempt.Answer.ProducerEpoch);
            if (attempt.Verdict == CoordinatorVerdict.Refused || IsOver(start, patience))
                throw new KafkaErrorException(attempt.Code, attempt.Message);

            await WaitAsync(attempt.Verdict, failures, ct);
        }
    }

    /// <summary>Adds partitions, once.</summary>
    public ValueTask<CoordinatorAttempt<AddPartitionsToTxnResponse>> AddAsync(
        ProducerIdentity identity, List<AddPartitionsToTxnTopic> topics, CancellationToken ct)
    {
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = _id,
            V3AndBelowProducerId = identity.ProducerId,
            V3AndBelowProducerEpoch = identity.Epoch,
            V3AndBelowTopics = topics,
        };
        return TryAsync(request, "AddPartitionsToTxn", WorstOf, ct);
    }

    /// <summary>
    /// Adds a partition; tries until it is added. A request whose answer was lost may still come, and open another transaction: it is tried
    /// no more then.
    /// </summary>
    /// <exception cref="KafkaErrorException">It is refused, was lost, or <paramref name="patience"/> is over.</exception>
    public async Task AddOneAsync(ProducerIdentity identity, TopicPartition partition, TimeSpan patience, CancellationToken ct)
    {
        var topics = Topics([partition]);
        var start = owner.Time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            var attempt = await AddAsync(identity, topics, ct);
            var (verdict, code) = (attempt.Verdict, attempt.Code);
            if (verdict == CoordinatorVerdict.Done)
            {
                code = Errors(attempt.Answer!).FirstOrDefault().Code;
                verdict = CoordinatorVerdicts.Of(code);
            }

            if (verdict == CoordinatorVerdict.Done) return;

            if (verdict == CoordinatorVerdict.Refused || attempt.IsLost || IsOver(start, patience))
            {
                throw new KafkaErrorException(code, attempt.Message.Length > 0
                    ? attempt.Message
                    : $"{owner.Cluster}: transactional id '{_id}': AddPartitionsToTxn: {code.Name()}");
            }

            await WaitAsync(verdict, failures, ct);
        }
    }

    /// <summary>
    /// Adds what can be added, as one partition that is refused keeps the coordinator from adding any; false when nothing could. One whose
    /// answer was lost may come late.
    /// </summary>
    /// <param name="identity">Whose transaction it is.</param>
    /// <param name="partitions">Which; those that could not be added are taken out.</param>
    /// <param name="left">Takes those that could not, each with the answer.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">It is refused, or <paramref name="patience"/> is over.</exception>
    public async Task<bool> AddSomeAsync(
        ProducerIdentity identity, HashSet<TopicPartition> partitions, Dictionary<TopicPartition, ErrorCode> left, TimeSpan patience,
        CancellationToken ct)
    {
        var start = owner.Time.GetTimestamp();
        for (var failures = 1; partitions.Count > 0; failures++)
        {
            var attempt = await AddAsync(identity, Topics(partitions), ct);
            var isLate = IsOver(start, patience);
            if (attempt.Verdict != CoordinatorVerdict.Done)
            {
                if (attempt.Verdict == CoordinatorVerdict.Refused || isLate) throw new KafkaErrorException(attempt.Code, attempt.Message);

                await WaitAsync(attempt.Verdict, failures, ct);
                continue;
            }

            var refused = Errors(attempt.Answer!).ToList();
            if (refused.Count == 0) return true;

            var hopeless = refused.Where(one => isLate || CoordinatorVerdicts.Of(one.Code) == CoordinatorVerdict.Refused).ToList();
            foreach (var (partition, code) in hopeless)
            {
                left[partition] = code;
                partitions.Remove(partition);
            }

            if (hopeless.Count == 0) await WaitAsync(CoordinatorVerdict.Retry, failures, ct);
        }

        return false;
    }

    /// <summary>Aborts; tries until it is answered.</summary>
    /// <param name="identity">Whose transaction it is.</param>
    /// <param name="mayComeLate">One whose answer was lost may still come, and end the next transaction half-way; else it counts as
    /// failed.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">It is refused, was lost, or <paramref name="patience"/> is over.</exception>
    public async Task AbortAsync(ProducerIdentity identity, bool mayComeLate, TimeSpan patience, CancellationToken ct)
    {
        var end = await EndAsync(identity, commit: false, default, patience, ct);
        ct.ThrowIfCancellationRequested();
        if (!end.IsDone || (end.IsLost && !mayComeLate))
        {
            throw new KafkaErrorException(end.Code, end.Message ?? $"{owner.Cluster}: transactional id '{_id}': EndTxn: no answer");
        }
    }

    /// <summary>
    /// Commits or aborts; tries until it is answered or refused, <paramref name="patience"/> is over, or it is cancelled. Where it was
    /// tried before, goes on from <paramref name="end"/>.
    /// </summary>
    public async Task<TransactionEnd> EndAsync(ProducerIdentity identity, bool commit, TransactionEnd end, TimeSpan patience,
        CancellationToken ct)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = _id,
            ProducerId = identity.ProducerId,
            ProducerEpoch = identity.Epoch,
            Committed = commit
        };
        using var late = new CancellationTokenSource(patience, owner.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            for (var failures = 1; ; failures++)
            {
                // While it is under way its answer may be lost.
                var before = end;
                end = end with { MayBeDone = true, IsLost = true };
                var attempt = await TryAsync(request, "EndTxn", static answer => answer.ErrorCode, either.Token);

                // Who is refused at once did not end it, nor who reached nobody.
                var isRefused = attempt.Verdict == CoordinatorVerdict.Refused;
                end = new TransactionEnd(
                    IsDone: attempt.Verdict == CoordinatorVerdict.Done,
                    isRefused,
                    MayBeDone: before.MayBeDone || attempt.IsLost || (attempt.Answer is not null && !isRefused),
                    IsLost: before.IsLost || attempt.IsLost,
                    attempt.Code,
                    attempt.Message);
                if (end.IsDone || end.IsRefused) return end;

                await WaitAsync(attempt.Verdict, failures, either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return end;
        }
    }

    public Task WaitAsync(CoordinatorVerdict verdict, int failures, CancellationToken ct) =>
        Task.Delay((verdict == CoordinatorVerdict.Soon ? _soon : backOff).Next(failures), owner.Time, ct);

    private bool IsOver(long start, TimeSpan patience) =>
        patience != System.Threading.Timeout.InfiniteTimeSpan && owner.Time.GetElapsedTime(start) > patience;

    private static List<AddPartitionsToTxnTopic> Topics(IEnumerable<TopicPartition> partitions) =>
    [
        .. partitions.GroupBy(partition => partition.Topic)
            .Select(topic => new AddPartitionsToTxnTopic { Name = topic.Key, Partitions = [.. topic.Select(one => one.Partition)] }),
    ];

    /// <summary>Where one partition is refused, the others are not attempted.</summary>
    private static IEnumerable<(TopicPartition Partition, ErrorCode Code)> Errors(AddPartitionsToTxnResponse answer) =>
        from topic in answer.ResultsByTopicV3AndBelow
        from partition in topic.ResultsByPartition
        where partition.PartitionErrorCode is not (ErrorCode.None or ErrorCode.OperationNotAttempted)
        select (new TopicPartition(topic.Name, partition.PartitionIndex), partition.PartitionErrorCode);

    /// <summary>One of the errors that concern the whole request, or NONE: those of single partitions are left to the caller.</summary>
    private static ErrorCode WorstOf(AddPartitionsToTxnResponse answer)
    {
        foreach (var topic in answer.ResultsByTopicV3AndBelow)
        {
            foreach (var partition in topic.ResultsByPartition)
            {
                if (!IsOfOnePartition(partition.PartitionErrorCode)) return partition.PartitionErrorCode;
            }
        }

        return ErrorCode.None;
    }

    private static bool IsOfOnePartition(ErrorCode code) =>
        code is ErrorCode.None or ErrorCode.UnknownTopicOrPartition or ErrorCode.TopicAuthorizationFailed
            or ErrorCode.InvalidTopicException or ErrorCode.OperationNotAttempted;

    private async ValueTask<CoordinatorAttempt<TResponse>> TryAsync<TResponse>(
        IRequest<TResponse> request, string what, Func<TResponse, ErrorCode> errorOf, CancellationToken ct) where TResponse : IBody, new()
    {
        try
        {
            var answer = await coordinator.AskAsync(request, ct);
            var code = errorOf(answer);
            var verdict = CoordinatorVerdicts.Of(code);
            if (verdict == CoordinatorVerdict.Elsewhere) coordinator.Forget();
            var message = verdict == CoordinatorVerdict.Done
                ? ""
                : $"{owner.Cluster}: transactional id '{_id}': {what}: {code.Name()}{HintOf(code)}";
            if (verdict is CoordinatorVerdict.Elsewhere or CoordinatorVerdict.Retry) owner.Failed(code, message);
            return new(verdict, code, message, IsLost: false, answer);
        }
        catch (KafkaConnectionException failure)
        {
            owner.Unreachable(failure.Message);
            return new(CoordinatorVerdict.Retry, ErrorCode.NetworkException, failure.Message,
                failure.Failure != ConnectionFailure.Unreachable, default);
        }
        catch (KafkaErrorException failure)
        {
            var verdict = failure.Code.IsRetriable() ? CoordinatorVerdict.Retry : CoordinatorVerdict.Refused;
            return new(verdict, failure.Code, failure.Message + HintOf(failure.Code), IsLost: false, default);
        }
    }

    private string HintOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidTransactionTimeout =>
            $": transaction.timeout.ms is {owner.Timeout.TotalMilliseconds:0}, and the broker allows no more than its "
                + "transaction.max.timeout.ms",
        ErrorCode.TransactionalIdAuthorizationFailed => ": its user needs Write and Describe on the transactional id",
        _ => "",
    };
}
