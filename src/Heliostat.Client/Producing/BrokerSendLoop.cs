using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Producing;

/// <summary>
/// Sends to one broker for all partitions it leads: gathers one batch of each partition in line into a request, keeps a few requests in
/// flight, and hands the answers out in order. A broker that is slow or away holds up its own partitions only.
/// <list type="bullet">
/// <item>A. Everything but the line is touched by <see cref="RunAsync"/> alone.</item>
/// <item>B. A partition is at most once in a request: it stands in line once.</item>
/// <item>C. A new connection is made only when every request on the old one has ended.</item>
/// </list>
/// </summary>
internal sealed class BrokerSendLoop
{
    /// <summary>How much longer than the broker's own timeout an answer is awaited.</summary>
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(5);

    /// <summary>How soon a producer that may not send asks once more.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<Place> _line = new();
    private readonly List<Place> _waiting = [];
    private readonly List<(Place Place, int LeaderEpoch)> _looks = [];
    private readonly Queue<ProduceSlot> _inFlight = new();
    private readonly Stack<ProduceSlot> _free = new();
    private readonly AsyncSignal _wake = new(inline: false);
    private readonly Action _answered;
    private readonly string _leftOut;
    private readonly Producer _producer;
    private readonly ITimer _timer;
    private MessageSets? _setsOwned;
    private Lz4Batches? _lz4Owned;

    private IProduceConnection? _connection;
    private long _roundTripTicks;
    private Place _held;
    private long _nextRetry = long.MaxValue;
    private long _mutedUntil;

    public BrokerSendLoop(int nodeId, Producer producer)
    {
        NodeId = nodeId;
        _producer = producer;
        _answered = _wake.SetInline;
        _leftOut = $"{producer.Network.Cluster}: broker {nodeId} left the partition out of its answer";
        _timer = producer.Time.CreateTimer(static signal => ((AsyncSignal)signal!).Set(), _wake, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        for (var i = 0; i < producer.Options.MaxInFlight; i++) _free.Push(new ProduceSlot(producer.Options.TransactionalId));
    }

    public int NodeId { get; }

    /// <summary>
    /// The shortest time that an answer took on this connection, which is what the way takes and not what queues at its end; zero before
    /// the first. Readable from any thread.
    /// </summary>
    public TimeSpan RoundTrip => new(Interlocked.Read(ref _roundTripTicks));

    /// <summary>A partition has something to send, or will have after a wait. Callable from any thread.</summary>
    public void Ready(ProducerPartition partition, int ticket)
    {
        lock (_gate) _line.Enqueue(new Place(partition, ticket));

        _wake.Set();
    }

    /// <summary>Sends until cancelled, then closes the connection and gives up what is in flight.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var stop = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _wake);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                TakeAnswers();
                EndWaits();
                if (_free.Count == 0 || _mutedUntil > _producer.Time.GetTimestamp() || !HasWork())
                {
                    await SleepAsync();
                }
                else if (_connection is { IsOpen: true })
                {
                    SendIfAllowed(_connection);
                    if (_looks.Count > 0) await LookAsync(ct);
                }
                else if (_inFlight.Count > 0)
                {
                    await SleepAsync();
                }
                else
                {
                    await ConnectAsync(ct);
                }
            }
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>
    /// Asks this broker where the logs end that it has begun to lead. It would not answer what it is sent sooner: that waits as long.
    /// </summary>
    private async Task LookAsync(CancellationToken ct)
    {
        var epochs = new Dictionary<TopicPartition, int>(_looks.Count);
        foreach (var (place, epoch) in _looks) epochs[place.Partition.Target] = epoch;
        try
        {
            var ends = await _producer.Network.LogEndsAsync(NodeId, epochs, ct);
            foreach (var (place, epoch) in _looks) Looked(place, epoch, ends);
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
        {
            foreach (var (place, _) in _looks) PutOff(place, ErrorCode.NetworkException, failure.Message);
        }

        _looks.Clear();
    }

    private void Looked(Place place, int leaderEpoch, Dictionary<TopicPartition, long>? ends)
    {
        var end = long.MaxValue;
        if (ends?.TryGetValue(place.Partition.Target, out end) == false)
        {
            _producer.Network.Invalidate();
            PutOff(place, ErrorCode.FencedLeaderEpoch,
                $"{_producer.Network.Cluster}: broker {NodeId} has another leader epoch of {place.Partition.Target} than {leaderEpoch}");
            return;
        }

        place.Partition.Looked(leaderEpoch, end);
        Join(place);
    }

    private bool HasWork()
    {
        if (_held.Partition is not null) return true;

        lock (_gate) return _line.Count > 0;
    }

    private async Task ConnectAsync(CancellationToken ct)
    {
        try
        {
            _connection = await _producer.Network.ConnectAsync(NodeId, ct);
            Interlocked.Exchange(ref _roundTripTicks, 0);
        }
        catch (KafkaConnectionException failure)
        {
            PutOffAll(ErrorCode.NetworkException, failure.Message);
        }
        catch (KafkaErrorException failure) when (failure.Code != ErrorCode.UnsupportedVersion)
        {
            PutOffAll(failure.Code, failure.Message);
        }
    }

    private void PutOffAll(ErrorCode code, string message)
    {
        _producer.Outcomes.Unreachable(code, message);
        int places;
        lock (_gate) places = _line.Count + 1;

        for (; places > 0 && TryNext(out var place); places--) PutOff(place, code, message);
    }

    /// <summary>A partition that has gone to another broker is left alone.</summary>
    private void PutOff(Place place, ErrorCode code, string message)
    {
        if (place.Partition.PutOff(code, message, place.Ticket) is { } until) Wait(place, until);
    }

    private void SendIfAllowed(IProduceConnection connection)
    {
        if (_producer.MaySend?.Invoke() == false)
        {
            _mutedUntil = _producer.Time.GetTimestamp() + (long)(AskAgainAfter.TotalSeconds * _producer.Time.TimestampFrequency);
            return;
        }

        Send(connection);
    }

    private void Send(IProduceConnection connection)
    {
        var slot = _free.Pop();
        Gather(slot, connection);
        if (slot.Parts == 0)
        {
            _free.Push(slot);
            return;
        }

        // A broker answers a connection's requests one after the other, and each answer begins the time of the next.
        var timeout = _producer.Options.RequestTimeout;
        slot.Send(connection, timeout, connection.PatienceOf(timeout + AnswerGrace), _answered);
        slot.SentAt = _producer.Time.GetTimestamp();
        _inFlight.Enqueue(slot);
        _producer.Counters.Sent();
    }

    /// <summary>Brokers before 1.0 know only the last batch of a producer, and speak no version newer than 3 (KAFKA-5494).</summary>
    private int MaxInFlight(IProduceConnection connection) => connection.Version <= 3 ? 1 : _producer.Options.MaxInFlight;

    private void Gather(ProduceSlot slot, IProduceConnection connection)
    {
        int places;
        lock (_gate) places = _line.Count;

        var maxInFlight = MaxInFlight(connection);
        if (_held.Partition is not null) places++;
        for (; places > 0 && TryNext(out var place); places--)
        {
            var room = slot.Parts == 0 ? int.MaxValue : _producer.Options.MaxRequestBytes - slot.Bytes;
            switch (place.Partition.TryTake(place.Ticket, connection, maxInFlight, room, out var turn))
            {
                case ProduceTake.NoRoom:
                    _held = place;
                    return;
                case ProduceTake.Later:
                    Wait(place, turn.RetryAt);
                    break;
                case ProduceTake.Look:
                    _looks.Add((place, turn.LeaderEpoch));
                    break;
                case ProduceTake.Taken:
                    Add(slot, place, turn, connection);
                    break;
                case ProduceTake.TakenWithMore:
                    Add(slot, place, turn, connection);
                    Join(place);
                    break;
                case ProduceTake.Nothing:
                default:
                    break;
            }
        }
    }

    private void Add(ProduceSlot slot, Place place, in ProduceTurn turn, IProduceConnection connection)
    {
        if (turn.Again) _producer.Counters.SentAgain();
        if (connection.Version < ProduceSlot.FirstVersionOfBatches) AddSet(slot, place, turn);
        else if (connection.Version < ProduceSlot.FirstVersionOfZstd && RecordBatch.Codec(turn.Bytes.Span) == CompressionCodec.Zstd)
            slot.Add(place.Partition, turn, (_lz4Owned ??= new Lz4Batches(_producer.Network.Frames)).Make(turn.Bytes.Span));
        else slot.Add(place.Partition, turn);
    }

    /// <summary>
    /// To a leader before Kafka 0.11. A record that its format cannot hold is refused here, in the words of such a broker: nothing else of
    /// the partition is in flight (V of <see cref="ProduceQueue"/>).
    /// </summary>
    private void AddSet(ProduceSlot slot, Place place, in ProduceTurn turn)
    {
        _setsOwned ??= new MessageSets(_producer.Network.Frames);
        if (_setsOwned.Make(turn.Bytes.Span, out var refusal) is { } set)
        {
            slot.Add(place.Partition, turn, set);
            return;
        }

        var answer = new PartitionProduceResponse
        {
            Index = place.Partition.Target.Partition,
            ErrorCode = refusal.Code,
            BaseOffset = -1,
            ErrorMessage = refusal.Why
        };
        _producer.Outcomes.Answered(place.Partition, NodeId, answer);
    }

    private bool TryNext(out Place place)
    {
        place = _held;
        _held = default;
        if (place.Partition is not null) return true;

        lock (_gate) return _line.TryDequeue(out place);
    }

    private void Join(Place place)
    {
        lock (_gate) _line.Enqueue(place);
    }

    private void Wait(Place place, long until)
    {
        _waiting.Add(place);
        _nextRetry = Math.Min(_nextRetry, until);
    }

    /// <summary>Sleeps until it is woken, or the first wait is over; a timer that is a little early is set again.</summary>
    private ValueTask SleepAsync()
    {
        var now = _producer.Time.GetTimestamp();
        var until = _mutedUntil > now ? Math.Min(_mutedUntil, _nextRetry) : _nextRetry;
        if (until < long.MaxValue)
        {
            var left = _producer.Time.GetElapsedTime(now, until);
            _timer.Change(left > ShortestSleep ? left : ShortestSleep, Timeout.InfiniteTimeSpan);
        }

        return _wake.WaitAsync();
    }

    /// <summary>
    /// Partitions whose wait is over stand in line again; those whose is not find that out when their turn comes, and wait on.
    /// </summary>
    private void EndWaits()
    {
        if (_nextRetry > _producer.Time.GetTimestamp()) return;

        _nextRetry = long.MaxValue;
        lock (_gate)
        {
            foreach (var place in _waiting) _line.Enqueue(place);
        }

        _waiting.Clear();
    }

    private void TakeAnswers()
    {
        while (_inFlight.TryPeek(out var slot) && slot.IsAnswered)
        {
            _inFlight.Dequeue();
            TakeAnswer(slot, _connection!);
            slot.Clear();
            _free.Push(slot);
        }
    }

    private void TakeAnswer(ProduceSlot slot, IProduceConnection connection)
    {
        try
        {
            using var frameOwned = slot.TakeAnswer();
            Measure(_producer.Time.GetElapsedTime(slot.SentAt));
            HandOut(slot, slot.Read(connection, frameOwned));
            HandOutRest(slot, _leftOut);
        }
        catch (KafkaConnectionException failure)
        {
            HandOutRest(slot, failure.Message);
        }
        catch (MalformedFrameException failure)
        {
            HandOutRest(slot, $"{_producer.Network.Cluster}: broker {NodeId} sent an answer that cannot be read: {failure.Message}");
        }
    }

    private void Measure(TimeSpan roundTrip)
    {
        if (_roundTripTicks == 0 || roundTrip.Ticks < _roundTripTicks)
            Interlocked.Exchange(ref _roundTripTicks, Math.Max(roundTrip.Ticks, 1));
    }

    private void HandOut(ProduceSlot slot, ProduceResponse response)
    {
        if (response.ThrottleTimeMs > 0)
        {
            // KIP-219. Held back here, and not in the connection, so that requests keep their order.
            _mutedUntil = _producer.Time.GetTimestamp() + (response.ThrottleTimeMs * _producer.Time.TimestampFrequency / 1000);
        }

        foreach (var topic in response.Responses)
        {
            foreach (var answer in topic.PartitionResponses)
            {
                if (slot.TakePart(topic, answer.Index) is { } partition) _producer.Outcomes.Answered(partition, NodeId, answer);
            }
        }
    }

    private void HandOutRest(ProduceSlot slot, string message)
    {
        for (var place = 0; place < slot.Parts; place++)
        {
            if (slot.TakePart(place) is { } partition) _producer.Outcomes.Lost(partition, message);
        }
    }

    private async Task EndAsync()
    {
        await _timer.DisposeAsync();
        if (_inFlight.Count > 0 && _connection is not null) await _connection.DisposeAsync();

        while (_inFlight.Count > 0)
        {
            TakeAnswers();
            if (_inFlight.Count > 0) await _wake.WaitAsync();
        }

        _setsOwned?.Dispose();
        _lz4Owned?.Dispose();
    }

    private readonly record struct Place(ProducerPartition Partition, int Ticket);
}
