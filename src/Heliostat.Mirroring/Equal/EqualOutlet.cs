using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Equal;

/// <summary>
/// The target partition of a lane whose records keep their offsets. A batch goes when the target ends where the batch begins on the source;
/// what lies between is filled first.
/// <list type="bullet">
/// <item>A. What was handed to the producer and what was filled ends at <c>_next</c>, without a hole; all else is held.</item>
/// <item>B. Batches and filling are never under way together: each waits until the other is acknowledged.</item>
/// <item>C. Every acknowledged base offset is looked at. Where one is another than that of the source, the lane goes no further
/// (<see cref="EqualLane.Break"/>).</item>
/// </list>
/// Locks: as <see cref="Outlet"/>'s.
/// </summary>
internal sealed class EqualOutlet : ILaneOutlet, IProduceSink, IDisposable
{
    /// <summary>Holes are filled in less; nobody is told of them.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<ProduceBatch> _held = new();
    private readonly Queue<long> _sent = new();
    private readonly CancellationTokenSource _close = new();
    private readonly CancellationToken _closed;
    private readonly EqualLane _lane;
    private readonly EqualFills _fills;
    private Lane? _owner;
    private long _next;
    private long _passedTo;
    private long _goal;
    private long _heldBytes;
    private bool _isFilling;

    /// <summary>Of what is before <see cref="_next"/> and not under way this process has an answer.</summary>
    private bool _isAcknowledged;
    private bool _halted;
    private bool _tells;

    public EqualOutlet(Producer producer, TopicPartition target, EqualLane lane, EqualFills fills)
    {
        (Target, _lane, _fills, _next, _closed) = (target, lane, fills, lane.End, _close.Token);
        Partition = producer.Open(target, this, isShared: true);
    }

    public TopicPartition Target { get; }

    public ProducerPartition Partition { get; }

    public long QueuedBytes => Partition.QueuedBytes + Interlocked.Read(ref _heldBytes);

    public int QueuedBatches
    {
        get
        {
            lock (_gate)
            {
                return _sent.Count + _held.Count;
            }
        }
    }

    public TimeSpan RoundTrip => Partition.RoundTrip;

    public ErrorCode TroubleCode => Partition.Snapshot().Cause;

    public LaneEquality? Equality => _lane.Equality;

    public LaneFilling? Filling
    {
        get
        {
            lock (_gate)
            {
                return FillingNow;
            }
        }
    }

    public bool IsWhole
    {
        get
        {
            lock (_gate)
            {
                return !_isFilling && _next >= _passedTo;
            }
        }
    }

    public string? Trouble
    {
        get
        {
            lock (_gate)
            {
                return !_isFilling ? Partition.Snapshot().Trouble
                    : _lane.Filler.Trouble
                        ?? $"target: {Target}: {FillingNow?.ToString() ?? $"offsets without a record are being filled up to {_goal}"}";
            }
        }
    }

    private LaneFilling? FillingNow => _isFilling && _lane.Filler.Elapsed is var elapsed && elapsed > Moment
        ? Filled(_lane.Filler.At - _next, _goal - _next, elapsed)
        : null;

    public bool TryEnqueue(Lane owner, in ProduceBatch batch)
    {
        lock (_gate)
        {
            _owner = owner;
            if (_halted)
            {
                batch.FrameOwned.Dispose();
                return false;
            }

            _held.Enqueue(batch);
            Interlocked.Add(ref _heldBytes, batch.Bytes.Length);
            GoOn();
            return true;
        }
    }

    public void Through(Lane owner, long next)
    {
        lock (_gate)
        {
            _owner = owner;
            _passedTo = Math.Max(_passedTo, next);
            GoOn();
        }
    }

    public int DropUnsent(Func<long, int> countFrom)
    {
        lock (_gate)
        {
            // After a refusal the owner is told of everything at once.
            if (_halted)
            {
                return 0;
            }

            var first = Partition.DropUnsent();
            if (first >= 0)
            {
                _next = first;
                var kept = _sent.Where(sent => sent < first).ToList();
                _sent.Clear();
                kept.ForEach(_sent.Enqueue);
            }
            else if (_held.Count > 0)
            {
                first = _held.Peek().FirstSourceOffset;
            }

            GiveUpHeld();
            _passedTo = first >= 0 ? Math.Min(_passedTo, first) : _passedTo;
            return first >= 0 ? countFrom(first) : 0;
        }
    }

    public void Restart()
    {
        lock (_gate)
        {
            if (_halted && !_tells)
            {
                _halted = false;
                Partition.Restart();
            }
        }
    }

    public void Close(Producer producer)
    {
        producer.Close(Partition);
        _close.Cancel();
        Dispose();
        lock (_gate)
        {
            _halted = true;
            GiveUpHeld();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _close.Dispose();

    public void Acknowledged(in ProduceBatch batch, long baseOffset)
    {
        Lane owner;
        bool isBroken;
        lock (_gate)
        {
            _sent.Dequeue();
            _isAcknowledged = true;
            owner = _owner!;

            // A broker that knows a batch as a duplicate may not say where it stands; the next one tells.
            isBroken = baseOffset >= 0 && baseOffset != batch.FirstSourceOffset;
        }

        owner.Acknowledged(this, batch, baseOffset);
        if (isBroken)
        {
            Break(
                batch.FirstSourceOffset,
                $"it was stored at offset {baseOffset} of {Target}: "
                    + (baseOffset < batch.FirstSourceOffset
                        ? "the target lost what it had acknowledged before that"
                        : "something else wrote to that partition"));
            return;
        }

        lock (_gate)
        {
            GoOn();
        }
    }

    public void Refused(ErrorCode code, string? message)
    {
        Lane owner;
        int dropped;
        lock (_gate)
        {
            _halted = _tells = true;
            owner = _owner!;
            dropped = _sent.Count + _held.Count;
            _next = _sent.TryPeek(out var first) ? first : _next;
            _passedTo = Math.Min(_passedTo, _next);
            _sent.Clear();
            GiveUpHeld();
        }

        owner.Refused(this, dropped, code, message);
        lock (_gate)
        {
            _tells = false;
        }
    }

    /// <summary>Fills what was asked for.</summary>
    public async Task FillAsync(CancellationToken ct)
    {
        var (from, to) = (_next, _goal);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closed);
            if (to - from > _fills.Most)
            {
                Break(from,
                    $"{to - from} offsets up to {to} have no record, and no more than {_fills.Most} may be filled "
                        + "(heliostat.offsets.equal.max.fill)");
                return;
            }

            if (await _lane.Filler.FillAsync(from, to, _isAcknowledged, either.Token) != to || _lane.Filler.ForeignAt >= 0)
            {
                var at = _lane.Filler.ForeignAt is var foreign and >= 0 ? foreign : to;
                Break(from, _lane.Filler.HasLost
                    ? $"the target lost what it had acknowledged before offset {at} of {Target}, where a hole of the source was to be "
                        + "filled"
                    : $"something else wrote to {Target} at offset {at}, where a hole of the source was to be filled");
                return;
            }

            if (_lane.Cut == to)
            {
                await _lane.Filler.DeleteBeforeAsync(to, either.Token);
            }

            _owner!.Observer?.Filled(from, to);
            lock (_gate)
            {
                _next = to;
                _isAcknowledged = true;
                _isFilling = false;
                GoOn();
            }

            _owner.Heard(this);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested || _closed.IsCancellationRequested)
        {
        }
        catch (Exception failure) when (failure is TransactionLostException or KafkaErrorException or KafkaConnectionException
            or MalformedFrameException or TimeoutException)
        {
            _owner!.Doubt($"target: {failure.Message}");
        }
    }

    private static LaneFilling Filled(long done, long of, TimeSpan elapsed) =>
        done > 0 ? new LaneFilling(done, of, elapsed * ((double)(of - done) / done)) : new LaneFilling(0, of, null);

    /// <summary>Sends what may go, or asks for what must be filled before.</summary>
    private void GoOn()
    {
        if (_isFilling || _halted)
        {
            return;
        }

        while (_held.TryPeek(out var batch) && batch.FirstSourceOffset == _next)
        {
            _held.Dequeue();
            Interlocked.Add(ref _heldBytes, -batch.Bytes.Length);
            _next += batch.RecordCount;
            _sent.Enqueue(batch.FirstSourceOffset);
            Partition.Enqueue(batch);
        }

        var goal = _held.TryPeek(out var held) ? held.FirstSourceOffset : _passedTo;
        if (goal > _next && _sent.Count == 0)
        {
            (_isFilling, _goal) = (true, goal);
            _fills.Ask(this);
        }
    }

    /// <summary>The lane is closed and not opened again: who opens it finds why.</summary>
    private void Break(long at, string cause)
    {
        _lane.Break(at, cause);
        _owner!.Doubt($"target: {Target}: not equal since {at} because {cause}");
    }

    private void GiveUpHeld()
    {
        while (_held.TryDequeue(out var batch))
        {
            Interlocked.Add(ref _heldBytes, -batch.Bytes.Length);
            batch.FrameOwned.Dispose();
        }
    }
}
