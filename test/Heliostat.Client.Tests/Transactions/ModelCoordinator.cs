using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>
/// The coordinator of one transactional id, as TransactionCoordinator and TransactionMetadata have it for clients that add partitions: the
/// markers of an end are written after its answer, and until they are everything else is told CONCURRENT_TRANSACTIONS. It shares the lock
/// of the logs.
/// </summary>
internal sealed class ModelCoordinator(Lock gate, Action<TopicPartition, ProducerIdentity, bool, long> mark)
{
    private readonly HashSet<TopicPartition> _partitions = [];
    private readonly List<Action> _late = [];
    private readonly List<object> _requests = [];
    private ProducerIdentity _identity = new(100, -1);
    private short _lastEpoch = -1;
    private bool _exists;
    private bool _isOngoing;
    private bool? _committed;
    private int _markersDue;
    private ProducerIdentity _markedAs;

    /// <summary>What befalls a request.</summary>
    public Func<object, CoordinatorFault>? Intercept { get; set; }

    /// <summary>Answers wait for this.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    /// <summary>The code for all partitions, or one, of a request to add some.</summary>
    public Func<TopicPartition, ErrorCode>? RefuseAdding { get; set; }

    /// <summary>The code for whoever wants the id.</summary>
    public ErrorCode RefuseInit { get; set; }

    /// <summary>How many requests an end makes wait before its markers are written.</summary>
    public int MarkersTake { get; set; }

    /// <summary>InitProducerId knows no expected epoch: before 2.5.</summary>
    public bool IsOld { get; set; }

    /// <summary>Ended transactions count from 1.</summary>
    public long Transaction { get; private set; } = 1;

    /// <summary>What was asked, in order.</summary>
    public object[] Requests
    {
        get
        {
            lock (gate) return [.. _requests];
        }
    }

    public ProducerIdentity Identity
    {
        get
        {
            lock (gate) return _identity;
        }
    }

    public bool IsOngoing
    {
        get
        {
            lock (gate) return _isOngoing;
        }
    }

    public ITransactionCoordinator Client() => new Connection(this);

    /// <summary>The transaction timeout is over.</summary>
    public void Expire()
    {
        lock (gate)
        {
            if (_isOngoing) Fence();
            WriteMarkers();
        }
    }

    /// <summary>It knows of no open transaction.</summary>
    public void Forget()
    {
        lock (gate)
        {
            _isOngoing = false;
            _partitions.Clear();
        }
    }

    /// <summary>Nothing is left to be done later.</summary>
    public void Settle()
    {
        lock (gate)
        {
            ServeLate(all: true);
            WriteMarkers();
        }
    }

    /// <summary>A leader asks whether a partition is in the open transaction.</summary>
    public ErrorCode Verify(TopicPartition partition, ProducerIdentity identity)
    {
        lock (gate)
        {
            if (identity.ProducerId != _identity.ProducerId) return ErrorCode.InvalidProducerIdMapping;
            if (identity.Epoch != _identity.Epoch) return ErrorCode.InvalidProducerEpoch;
            return _markersDue > 0 ? ErrorCode.NotEnoughReplicas
                : _isOngoing && _partitions.Contains(partition) ? ErrorCode.None
                : ErrorCode.TransactionAbortable;
        }
    }

    private object Ask(object request)
    {
        lock (gate)
        {
            _requests.Add(request);
            ServeLate(all: false);
            switch (Intercept?.Invoke(request) ?? CoordinatorFault.None)
            {
                case CoordinatorFault.Unreachable:
                    throw new KafkaConnectionException("target: cannot reach the coordinator", null, ConnectionFailure.Unreachable);
                case CoordinatorFault.AnswerLost:
                    Serve(request);
                    throw new KafkaConnectionException("target: the coordinator's answer was lost", null, ConnectionFailure.Closed);
                case CoordinatorFault.Late:
                    _late.Add(() => Serve(request));
                    throw new KafkaConnectionException("target: the coordinator does not answer", null, ConnectionFailure.TimedOut);
                case CoordinatorFault.Retriable:
                    var codes = new[] { ErrorCode.NotCoordinator, ErrorCode.CoordinatorNotAvailable, ErrorCode.CoordinatorLoadInProgress,
                        ErrorCode.UnknownServerError };
                    return Answer(request, codes[_requests.Count % codes.Length]);
                default:
                    return Serve(request);
            }
        }
    }

    private void ServeLate(bool all)
    {
        while (_late.Count > (all ? 0 : 2))
        {
            var late = _late[0];
            _late.RemoveAt(0);
            late();
        }
    }

    private object Serve(object request)
    {
        if (_markersDue > 0 && --_markersDue == 0) WriteMarkers();
        return request switch
        {
            InitProducerIdRequest init => Init(init),
            AddPartitionsToTxnRequest add => Add(add),
            EndTxnRequest end => Answer(end, End(end)),
            _ => throw new NotSupportedException(request.ToString()),
        };
    }

    private InitProducerIdResponse Init(InitProducerIdRequest request)
    {
        var expected = new ProducerIdentity(request.ProducerId, request.ProducerEpoch);
        if (RefuseInit != ErrorCode.None) return new() { ErrorCode = RefuseInit };
        if (_markersDue > 0) return new() { ErrorCode = ErrorCode.ConcurrentTransactions };
        if (!expected.IsNone && expected.ProducerId != _identity.ProducerId) return new() { ErrorCode = ErrorCode.ProducerFenced };
        if (_isOngoing)
        {
            Fence();
            return new() { ErrorCode = ErrorCode.ConcurrentTransactions };
        }

        if (expected.IsNone) (_identity, _lastEpoch) = (_identity.Epoch < 0 ? _identity with { Epoch = 0 } : _identity.Next(), -1);
        else if (expected.Epoch == _identity.Epoch) (_identity, _lastEpoch) = (_identity.Next(), _identity.Epoch);
        else if (expected.Epoch != _lastEpoch) return new() { ErrorCode = ErrorCode.ProducerFenced };

        _exists = true;
        _committed = null;
        return new() { ProducerId = _identity.ProducerId, ProducerEpoch = _identity.Epoch };
    }

    private AddPartitionsToTxnResponse Add(AddPartitionsToTxnRequest request)
    {
        List<TopicPartition> partitions =
            [.. request.V3AndBelowTopics.SelectMany(topic =>
                topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition)))];
        var error = Check(new ProducerIdentity(request.V3AndBelowProducerId, request.V3AndBelowProducerEpoch));
        var codes = partitions.ToDictionary(partition => partition,
            partition => error != ErrorCode.None ? error : RefuseAdding?.Invoke(partition) ?? ErrorCode.None);
        if (codes.Values.Any(code => code != ErrorCode.None))
        {
            return AnswerAdding(codes.ToDictionary(code => code.Key,
                code => code.Value == ErrorCode.None ? ErrorCode.OperationNotAttempted : code.Value));
        }

        _partitions.UnionWith(partitions);
        _isOngoing = true;
        return AnswerAdding(codes);
    }

    private ErrorCode End(EndTxnRequest request)
    {
        if (Check(new ProducerIdentity(request.ProducerId, request.ProducerEpoch)) is var error and not ErrorCode.None)
        {
            return error == ErrorCode.ConcurrentTransactions && _committed != request.Committed ? ErrorCode.InvalidTxnState : error;
        }

        if (!_isOngoing) return _committed == request.Committed ? ErrorCode.None : ErrorCode.InvalidTxnState;

        Finish(request.Committed, _identity);
        return ErrorCode.None;
    }

    private ErrorCode Check(ProducerIdentity identity)
    {
        if (!_exists || identity.ProducerId != _identity.ProducerId) return ErrorCode.InvalidProducerIdMapping;
        if (identity.Epoch != _identity.Epoch) return ErrorCode.ProducerFenced;
        return _markersDue > 0 ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
    }

    private void Fence()
    {
        _identity = _identity.Next();
        _lastEpoch = -1;
        Finish(commit: false, _identity);
    }

    private void Finish(bool commit, ProducerIdentity markedAs)
    {
        _isOngoing = false;
        _committed = commit;
        _markedAs = markedAs;
        _markersDue = MarkersTake;
        if (MarkersTake == 0) WriteMarkers();
    }

    private void WriteMarkers()
    {
        _markersDue = 0;
        if (_isOngoing) return;
        foreach (var partition in _partitions) mark(partition, _markedAs, _committed == true, Transaction);
        if (_partitions.Count > 0) Transaction++;
        _partitions.Clear();
    }

    private static object Answer(object request, ErrorCode code) => request switch
    {
        InitProducerIdRequest => new InitProducerIdResponse { ErrorCode = code },
        EndTxnRequest => new EndTxnResponse { ErrorCode = code },
        AddPartitionsToTxnRequest add => AnswerAdding(add.V3AndBelowTopics
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition)))
            .ToDictionary(partition => partition, _ => code)),
        _ => throw new NotSupportedException(request.ToString()),
    };

    private static AddPartitionsToTxnResponse AnswerAdding(Dictionary<TopicPartition, ErrorCode> codes) => new()
    {
        ResultsByTopicV3AndBelow = [.. codes.GroupBy(code => code.Key.Topic).Select(topic => new AddPartitionsToTxnTopicResult
        {
            Name = topic.Key,
            ResultsByPartition = [.. topic.Select(code => new AddPartitionsToTxnPartitionResult
            {
                PartitionIndex = code.Key.Partition,
                PartitionErrorCode = code.Value
            })],
        })],
    };

    private sealed class Connection(ModelCoordinator coordinator) : ITransactionCoordinator
    {
        public async ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct)
            where TResponse : IBody, new()
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            if (coordinator.IsOld && request is InitProducerIdRequest { ProducerId: >= 0 })
                throw new KafkaErrorException(ErrorCode.UnsupportedVersion, "target: too old");

            var answer = (TResponse)coordinator.Ask(request);
            await coordinator.Answering;
            return answer;
        }

        public void Forget()
        {
        }
    }
}
