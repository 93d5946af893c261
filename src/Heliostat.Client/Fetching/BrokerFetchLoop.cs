using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Fetches from one broker for all cursors that are with it: build what changed since the last request, send, hand out the answer, again.
/// The next request goes out as soon as the sinks have seen the answer.
/// </summary>
internal sealed partial class BrokerFetchLoop
{
    private readonly Fetcher _fetcher;
    private readonly KafkaClient _client;
    private readonly FetchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly AsyncSignal _work = new(inline: false);
    private readonly AsyncSignal _lingered = new(inline: false);
    private readonly ITimer _lingering;
    private readonly WireBuffer _buffer = new();
    private readonly EpochCheck _epochs;
    private BrokerConnection? _connection;
    private FetchResponse _response = new();
    private Exception? _failure;
    private int _failures;
    private int _refusals;

    /// <summary>The most that the last answer brought for one partition.</summary>
    private int _mostBytes;

    public BrokerFetchLoop(Fetcher fetcher, KafkaClient client, int nodeId, FetchOptions options, TimeProvider time, ILogger logger)
    {
        _fetcher = fetcher;
        _client = client;
        _options = options;
        _time = time;
        _logger = logger;
        _lingering = time.CreateTimer(static signal => ((AsyncSignal)signal!).Set(), _lingered, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _backOff = new BackOff(client.Options.RetryBackOff, client.Options.RetryBackOffMax, client.Options.Random);
        Book = new SessionBook(nodeId, options, _work.Set, time);
        _epochs = new EpochCheck(fetcher, client, Book);
    }

    /// <summary>Which cursors are with the broker, and what it is asked.</summary>
    public SessionBook Book { get; }

    /// <summary>Why fetching fails now; null while it does not. From any thread.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    private int NodeId => Book.NodeId;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var lingeringOwned = _lingering;
        await using var stop = ct.UnsafeRegister(static loop => ((BrokerFetchLoop)loop!).Stopping(), this);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (!HasWork())
            {
                await _work.WaitAsync();
                continue;
            }

            try
            {
                await FetchAsync(ct);
                Succeeded();
                await LingerAsync();
            }
            catch (Exception failure) when (failure is KafkaConnectionException or MalformedFrameException or KafkaErrorException)
            {
                await FailedAsync(failure, ct);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FetchAsync(CancellationToken ct)
    {
        _mostBytes = 0;
        var connection = await _client.ConnectionAsync(NodeId, ConnectionPurpose.Fetch, ct);
        if (connection != _connection)
        {
            _connection = connection;
            StartOver();
        }

        var offered = connection.VersionOf(Api.Fetch, 0);
        if (offered < SessionBook.FirstThatChecksEpochs)
        {
            await _epochs.CompareAsync(ct);
        }

        var version = Build(offered);
        if (version < 0)
        {
            return;
        }

        var wait = connection.Patience.Of(_client.Options.RequestTimeout) + _options.MaxWait;
        var frameOwned = await connection.CallRawAsync(Book.Request, Api.Fetch, version, _buffer, wait, ct);
        try
        {
            BrokerConnection.ReadResponse(frameOwned, Api.Fetch, version, ref _response);
            connection.Throttle(_response.ThrottleTimeMs);
            HandOut(frameOwned, version);
        }
        catch (MalformedFrameException)
        {
            await connection.DisposeAsync();
            throw;
        }
        finally
        {
            frameOwned.Dispose();
        }

        await _epochs.ExplainAsync(ct);
    }

    /// <summary>After an answer that brought something, but little: what comes meanwhile is fetched together.</summary>
    private ValueTask LingerAsync()
    {
        if (_options.Linger <= TimeSpan.Zero || _mostBytes == 0 || _mostBytes >= _options.LingerBytes)
        {
            return ValueTask.CompletedTask;
        }

        _lingering.Change(_options.Linger, Timeout.InfiniteTimeSpan);
        return _lingered.WaitAsync();
    }

    private void Stopping()
    {
        _work.Set();
        _lingered.Set();
    }

    private void Succeeded()
    {
        if (_failures > 0)
        {
            _failures = 0;
            Volatile.Write(ref _failure, null);
            Log.GoesOn(_logger, _client.Options.Cluster, NodeId);
        }
    }

    /// <summary>
    /// The broker or the way to it failed: start over with a full request, after a back-off; its leaders may be elsewhere by then.
    /// </summary>
    private async Task FailedAsync(Exception failure, CancellationToken ct)
    {
        Volatile.Write(ref _failure, failure);
        if (_failures++ == 0)
        {
            Log.Failed(_logger, _client.Options.Cluster, NodeId, failure.Message);
        }

        StartOver();
        GiveUpAsNearer();
        _fetcher.Invalidate();
        await Task.Delay(_backOff.Next(_failures), _time, ct);
    }

    private bool HasWork()
    {
        lock (_fetcher.Gate)
        {
            return Book.HasWork;
        }
    }

    private short Build(short offered)
    {
        lock (_fetcher.Gate)
        {
            return Book.Build(offered, _fetcher.Placement.SomebodyWaits);
        }
    }

    private void StartOver(bool isGone = false)
    {
        lock (_fetcher.Gate)
        {
            Book.StartOver(isGone);
        }
    }

    /// <summary>Cursors that are here only because it is nearer go back to their leaders.</summary>
    private void GiveUpAsNearer()
    {
        lock (_fetcher.Gate)
        {
            foreach (var cursor in Book.Nearer.ToArray())
            {
                _fetcher.Placement.Displace(cursor, ErrorCode.ReplicaNotAvailable);
            }
        }
    }

    private void HandOut(Frame frame, short version)
    {
        if (_response.ErrorCode != ErrorCode.None)
        {
            Refused(_response.ErrorCode);
            return;
        }

        _refusals = 0;
        lock (_fetcher.Gate)
        {
            Book.Accepted(_response, version);
        }

        foreach (var topic in _response.Responses)
        {
            foreach (var partition in topic.Partitions)
            {
                if (Find(topic, partition.PartitionIndex, out var asked) is { } cursor && IsWhole(cursor, partition, version))
                {
                    HandOut(frame, cursor, asked, partition);
                }
            }
        }
    }

    /// <summary>
    /// False when even the first batch was cut off: an old broker is asked for all of it then. One that is cut off all the same, or by a
    /// broker that never does so (from Fetch 3 on, KIP-74), is damaged: it would be asked for without end.
    /// </summary>
    private bool IsWhole(FetchCursor cursor, PartitionData partition, short version)
    {
        var needed = BytesCutOff(partition.Records.Span);
        if (version >= SessionBook.FirstWithWholeBatches)
        {
            if (needed > 0)
            {
                cursor.Fail(new FetchFailure(FetchFailureKind.Corrupt, ErrorCode.CorruptMessage));
            }

            return needed == 0;
        }

        bool wasAsked;
        lock (_fetcher.Gate)
        {
            wasAsked = needed > 0 && cursor.Place.NeededBytes >= needed;
            cursor.Place.NeededBytes = needed;
        }

        if (wasAsked)
        {
            cursor.Fail(new FetchFailure(FetchFailureKind.Corrupt, ErrorCode.CorruptMessage));
        }

        return needed == 0;
    }

    /// <summary>The size that the first batch says it has, where it is not all there; 0 where it is, or where there is none.</summary>
    private static int BytesCutOff(ReadOnlySpan<byte> records)
    {
        if (records.Length < RecordBatchHeader.LogOverhead)
        {
            return records.IsEmpty ? 0 : RecordBatchHeader.LogOverhead;
        }

        var size = RecordBatchHeader.LogOverhead
            + (long)BinaryPrimitives.ReadInt32BigEndian(records[RecordBatchHeader.BatchLengthOffset..]);
        return size <= records.Length ? 0 : (int)Math.Min(size, Array.MaxLength);
    }

    /// <summary>
    /// FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR: the broker lost or never had our session,
    /// which is mended by one full request. Twice in a row, or anything else, is a failure with a back-off.
    /// </summary>
    private void Refused(ErrorCode code)
    {
        StartOver(isGone: code == ErrorCode.FetchSessionIdNotFound);

        if (_refusals++ > 0 || !code.IsRetriable())
        {
            throw new KafkaErrorException(code, $"{_client.Options.Cluster}: fetch from broker {NodeId}: {code.Name()}");
        }
    }

    private FetchCursor? Find(FetchableTopicResponse topic, int partition, out long asked)
    {
        lock (_fetcher.Gate)
        {
            return Book.Find(topic, partition, out asked);
        }
    }

    private void HandOut(Frame frame, FetchCursor cursor, long asked, PartitionData partition)
    {
        if (partition.ErrorCode != ErrorCode.None)
        {
            Failed(cursor, partition.ErrorCode);
            return;
        }

        if (partition.DivergingEpoch is { EndOffset: >= 0 } diverging)
        {
            cursor.Fail(new FetchFailure(FetchFailureKind.Diverged, ErrorCode.None) { EndOffset = diverging.EndOffset });
            return;
        }

        if (partition.PreferredReadReplica >= 0 && partition.PreferredReadReplica != NodeId)
        {
            lock (_fetcher.Gate)
            {
                _fetcher.Placement.Prefer(cursor, partition.PreferredReadReplica);
            }

            return;
        }

        cursor.Succeeded();
        _mostBytes = Math.Max(_mostBytes, partition.Records.Length);
        cursor.Sink.Fetched(cursor, new FetchedPartition
        {
            Frame = frame,
            Records = partition.Records,
            FetchOffset = asked,
            HighWatermark = partition.HighWatermark,
            LastStableOffset = partition.LastStableOffset,
            LogStartOffset = partition.LogStartOffset,
            AbortedTransactions = partition.AbortedTransactions,
        });
    }

    private void Failed(FetchCursor cursor, ErrorCode code)
    {
        switch (code)
        {
            case ErrorCode.OffsetOutOfRange:
                _epochs.Doubt(cursor);
                return;
            case ErrorCode.TopicAuthorizationFailed:
                cursor.Fail(new FetchFailure(FetchFailureKind.NotAuthorized, code));
                return;
            case ErrorCode.CorruptMessage:
                cursor.Fail(new FetchFailure(FetchFailureKind.Corrupt, code));
                return;
        }

        // A broker that cannot say what is wrong may be right the next time, as Kafka's consumer has it.
        if (!code.IsRetriable() && code != ErrorCode.UnknownServerError)
        {
            cursor.Fail(new FetchFailure(FetchFailureKind.Other, code));
            return;
        }

        lock (_fetcher.Gate)
        {
            _fetcher.Placement.Displace(cursor, code);
        }

        _fetcher.Invalidate();
    }
}
