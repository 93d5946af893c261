using Heliostat.Client.Admin;
using Heliostat.Client.Connections;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Transactions;

/// <summary>
/// Takes up offsets of one partition so that no <c>read_committed</c> consumer sees anything at them: records in transactions that are
/// aborted, and the markers that abort them. Works with brokers from 0.11 on, in the versions that <see cref="ProducerTransaction"/> uses.
/// <list type="bullet">
/// <item>A. While a transaction is open its marker may come at any time, from whoever aborts it. So one is never open unless the next
/// offset is one to fill.</item>
/// <item>B. What goes wrong ends the epoch: the id is taken over anew, which aborts what is open, and the end of the log says what is left
/// to fill.</item>
/// <item>C. Nothing else writes to the partition meanwhile; that somebody did is seen by <see cref="ForeignAt"/>.</item>
/// </list>
/// One caller at a time.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="transactionalId">Who takes it over fences this one.</param>
/// <param name="target">The partition.</param>
/// <param name="time">The clock.</param>
public sealed class OffsetFiller(KafkaClient client, string transactionalId, TopicPartition target, TimeProvider time) : IDisposable
{
    /// <summary>After which the coordinator aborts what is open, should this process be gone.</summary>
    private static readonly TimeSpan TransactionTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A transaction is ended after this long, and the next one goes on.</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(20);

    /// <summary>How long an answer of the coordinator, a leader or a marker may be waited for before the epoch is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What a cancelled filler spends on ending its transaction.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(3);

    private readonly TransactionRequests _requests = new(
        new TransactionOwner(client.Options.Cluster, transactionalId, TransactionTimeout, time, client.Options.Random),
        new KafkaTransactionCoordinator(client, transactionalId),
        new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), client.Options.Random));

    private readonly AdminClient _admin = new(client, time);
    private readonly FillerBatches _batches = new();
    private readonly WireBuffer _buffer = new();
    private readonly BackOff _backOff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), client.Options.Random);

    /// <summary>Markers are written in milliseconds.</summary>
    private readonly BackOff _soon = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(20), client.Options.Random);

    private ProducerIdentity _identity = ProducerIdentity.None;
    private ProduceResponse _response = new();
    private int _sequence;
    private bool _isTracked;

    /// <summary>A batch was handed to a connection, and is not answered.</summary>
    private bool _isUnderWay;
    private long _at = -1;
    private long _began;
    private long _asked = time.GetTimestamp();

    /// <summary>The next offset of the partition, as far as it was filled.</summary>
    public long At => Interlocked.Read(ref _at);

    /// <summary>How long it has been filling what it was last asked to.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(Interlocked.Read(ref _asked));

    /// <summary>Where a batch was to stand and another's stood; -1 where that never happened.</summary>
    public long ForeignAt { get; private set; } = -1;

    /// <summary>Another's stood there because the partition ended before: it lost what it had acknowledged.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Why it does not get on, in one sentence; null when nothing failed lately.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The largest batch that the partition's topic takes, in bytes.</summary>
    public int MaxBatchBytes { get; init; } = 1_000_000;

    /// <summary>
    /// Fences whoever had the id, and waits until what that one left open is aborted, with its marker in the log: the end of the log is
    /// then the last word.
    /// </summary>
    public async Task TakeOverAsync(CancellationToken ct)
    {
        if (!_isTracked)
        {
            client.Metadata.Track(target.Topic);
            _isTracked = true;
        }

        (_identity, _sequence) = (await _requests.InitAsync(ProducerIdentity.None, Patience, ct), 0);
    }

    /// <summary>The offset after the last that is replicated.</summary>
    public async Task<long> EndAsync(CancellationToken ct)
    {
        var listed = (await _admin.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [target] = OffsetSpec.Latest },
            IsolationLevel.ReadUncommitted, ct))[target];
        return listed.ErrorCode == ErrorCode.None ? listed.Offset : throw new KafkaErrorException(listed.ErrorCode,
            $"{client.Options.Cluster}: {target}: ListOffsets: {listed.ErrorCode.Name()}");
    }

    /// <summary>
    /// Fills the offsets from <paramref name="from"/>, where the partition ends, up to <paramref name="to"/>. Tries until it is done,
    /// whatever fails; the number it returns is <paramref name="to"/> unless somebody else wrote to the partition
    /// (<see cref="ForeignAt"/>).
    /// </summary>
    /// <param name="from">The first offset.</param>
    /// <param name="to">The offset after the last.</param>
    /// <param name="isAcknowledged">The partition is known to end at <paramref name="from"/>, as what is before was acknowledged; else that
    /// is looked at.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="TransactionLostException">Somebody took the id over: nothing more is written.</exception>
    public async Task<long> FillAsync(long from, long to, bool isAcknowledged, CancellationToken ct)
    {
        Interlocked.Exchange(ref _asked, time.GetTimestamp());
        Interlocked.Exchange(ref _at, from);
        var isFirst = !isAcknowledged;
        for (var failures = 0; At < to && ForeignAt < 0;)
        {
            try
            {
                if (isFirst || _identity.IsNone)
                {
                    await BeginAsync(from, isFirst, ct);
                    isFirst = false;
                    continue;
                }

                await FillOnceAsync(to, ct);
                failures = 0;
                Trouble = null;
            }
            catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException or TimeoutException
                or MalformedFrameException)
            {
                ThrowIfFenced(failure);
                Trouble = failure.Message;
                _batches.Refused((failure as KafkaErrorException)?.Code ?? ErrorCode.NetworkException);
                _identity = ProducerIdentity.None;
                await Task.Delay(_backOff.Next(++failures), time, ct);
            }
        }

        return At;
    }

    /// <summary>
    /// Raises the log start to <paramref name="offset"/>; false where the topic's policy does not let it, as one that is only compacted.
    /// </summary>
    /// <exception cref="KafkaErrorException">It is refused for another cause, such as DELETE that is not granted.</exception>
    public async Task<bool> DeleteBeforeAsync(long offset, CancellationToken ct)
    {
        var result = (await _admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [target] = offset }, ct))[target];
        return result.ErrorCode switch
        {
            ErrorCode.None => true,
            ErrorCode.PolicyViolation => false,
            var code => throw new KafkaErrorException(code,
                $"{client.Options.Cluster}: {target}: DeleteRecords, which takes away fillers before {offset}: {code.Name()}"),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        if (_isTracked)
        {
            client.Metadata.Untrack(target.Topic);
            _isTracked = false;
        }
    }

    /// <summary>Where the partition ends: at first as was said, and after a failure wherever what was under way got to.</summary>
    private async Task BeginAsync(long from, bool isFirst, CancellationToken ct)
    {
        if (_identity.IsNone)
        {
            await TakeOverAsync(ct);
        }

        var end = isFirst ? await ReachedAsync(from, "what was written before", ct) : await EndAsync(ct);
        if (end < from || (isFirst && end != from))
        {
            (ForeignAt, HasLost) = (from, end < from);
        }

        Interlocked.Exchange(ref _at, end);
    }

    private async Task FillOnceAsync(long to, CancellationToken ct)
    {
        (_began, _isUnderWay) = (time.GetTimestamp(), false);
        await _requests.AddOneAsync(_identity, target, Patience, ct);
        try
        {
            while (to - At > 1 && ForeignAt < 0 && time.GetElapsedTime(_began) < LongestTransaction)
            {
                await ProduceAsync(to - At - 1, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !_isUnderWay)
        {
            // A batch that comes after its marker opens, on brokers before 3.6, a transaction that nobody ends: with one under way, the
            // next owner or the timeout aborts under a new epoch.
            using var last = new CancellationTokenSource(LastWord, time);
            await AbortAsync(last.Token);
            throw;
        }

        await AbortAsync(ct);
        await MarkedAsync(At + 1, ct);
    }

    /// <summary>
    /// A request whose answer was lost may come late, and would end the next transaction half-way: the epoch is over then.
    /// </summary>
    private Task AbortAsync(CancellationToken ct) => _requests.AbortAsync(_identity, mayComeLate: false, Patience, ct);

    /// <summary>The coordinator answers before the marker is written.</summary>
    private async Task MarkedAsync(long expected, CancellationToken ct)
    {
        var end = await ReachedAsync(expected, $"the marker of transactional id '{transactionalId}'", ct);
        if (end > expected)
        {
            ForeignAt = expected;
        }

        Interlocked.Exchange(ref _at, end);
    }

    /// <summary>Waits until all before <paramref name="expected"/> is replicated.</summary>
    private async Task<long> ReachedAsync(long expected, string what, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        long end;
        for (var looks = 1; (end = await EndAsync(ct)) < expected; looks++)
        {
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"{client.Options.Cluster}: {target}: {what} did not come within {Patience.TotalSeconds:0} s");
            }

            await Task.Delay(_soon.Next(looks), time, ct);
        }

        return end;
    }

    private async Task ProduceAsync(long most, CancellationToken ct)
    {
        var connection = await client.ConnectionAsync(await LeaderAsync(ct), ConnectionPurpose.Transaction, ct);
        var request = new ProduceRequest { Acks = -1, TransactionalId = transactionalId, TimeoutMs = (int)Patience.TotalMilliseconds };
        var version = Math.Min(connection.VersionOf(Api.Produce, request.MinVersion), ProduceSlot.LastVersionOfAddedPartitions);
        var (batch, count) = _batches.Get(most, MaxBatchBytes, isZstd: version >= ProduceSlot.FirstVersionOfZstd,
            time.GetUtcNow().ToUnixTimeMilliseconds());
        RecordBatchHeader.Rewrite(batch.Span, transactional: true, _identity.ProducerId, _identity.Epoch, _sequence);
        var topic = request.TopicData.Next();
        topic.Name = target.Topic;
        var data = topic.PartitionData.Next();
        (data.Index, data.Records) = (target.Partition, batch);
        PartitionProduceResponse answer;
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var onCancel = ct.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(LastWord), late);
        _isUnderWay = true;
        using (var frame = await connection.CallRawAsync(request, Api.Produce, version, _buffer, Patience, late.Token))
        {
            BrokerConnection.ReadResponse(frame, Api.Produce, version, ref _response);
            answer = _response.Responses[0].PartitionResponses[0];
        }

        _isUnderWay = false;

        if (answer.ErrorCode != ErrorCode.None)
        {
            client.Metadata.Invalidate();
            throw new KafkaErrorException(answer.ErrorCode,
                $"{client.Options.Cluster}: {target} does not take fillers: {answer.ErrorCode.Name()} {answer.ErrorMessage}");
        }

        if (answer.BaseOffset != At)
        {
            (ForeignAt, HasLost) = (At, answer.BaseOffset < At);
        }

        _sequence = ProducerIdentity.Advance(_sequence, count);
        Interlocked.Exchange(ref _at, answer.BaseOffset + count);
    }

    private async Task<int> LeaderAsync(CancellationToken ct)
    {
        var known = client.Metadata.Current.Find(target) is { Leader: >= 0 } place
            ? place
            : (await client.Metadata.RefreshAsync(ct)).Find(target);
        return known is { Leader: >= 0 and var leader }
            ? leader
            : throw new KafkaErrorException(ErrorCode.LeaderNotAvailable, $"{client.Options.Cluster}: {target} has no leader");
    }

    /// <summary>A coordinator fences one whose transaction took too long, too; before the timeout it was somebody else.</summary>
    private void ThrowIfFenced(Exception failure)
    {
        if (failure is KafkaErrorException { Code: var code } && code.IsFencing() && time.GetElapsedTime(_began) < TransactionTimeout)
        {
            throw new TransactionLostException(TransactionLoss.Fenced, false, code, $"{failure.Message}: another process took it over");
        }
    }
}
