using System.Buffers.Binary;
using System.Text;
using Heliostat.Client.Producing;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>
/// A <see cref="ProduceQueue"/> against a <see cref="ModelLog"/> over a network that loses, delays and repeats, driven by one seed.
/// Requests of a lost connection may still reach the leader later.
/// </summary>
internal sealed class ProduceQueueModel
{
    private readonly Random _random;
    private readonly ModelFaults _faults;
    private readonly ManualTime _time = new();
    private readonly FramePool _frames = new(long.MaxValue);
    private readonly ProducerOptions _options;
    private readonly List<Queue<ModelRequest>> _zombies = [];
    private readonly Dictionary<long, int> _counts = [];
    private readonly StringBuilder _trace = new();
    private readonly long _total;

    private ProduceQueue _queue;
    private Link _link = new(0);
    private bool _quiet = true;
    private int _leader;
    private long _produced;
    private long _acknowledged;
    private long _splitBefore;
    private long _producerIds = 1;
    private long _committed;
    private long _transactions;

    public ProduceQueueModel(int seed, ModelFaults faults, long total)
    {
        _random = new Random(seed);
        _faults = faults;
        _total = total;
        Log = new ModelLog(faults.Before25);
        _options = new ProducerOptions
        {
            TransactionalId = faults.Transactional ? "mirror-0" : null,
            RetryBackOff = TimeSpan.FromMilliseconds(10),
            RetryBackOffMax = TimeSpan.FromMilliseconds(100),
        };
        _queue = NewQueue(new ProducerIdentity(_producerIds++, faults.FirstEpoch));
    }

    public ModelLog Log { get; }

    public string Trace => _trace.ToString();

    /// <summary>Times that the queue said that batches may be there twice.</summary>
    public int Unsure { get; private set; }

    /// <summary>Times that the queue saw that batches are there twice.</summary>
    public int Doubled { get; private set; }

    public int NewEpochs { get; private set; }

    /// <summary>Transactions that had to be given up.</summary>
    public int Lost { get; private set; }

    /// <summary>
    /// Runs with faults for <paramref name="steps"/> (where restarts forget, after a first acknowledgement: without one a second copy
    /// cannot be seen), then without until all is acknowledged.
    /// </summary>
    public void Run(int steps)
    {
        while (_faults.RestartForgets && _acknowledged == 0) Step(_random.Next(60));

        _quiet = false;
        for (var i = 0; i < steps; i++)
        {
            Step(_random.Next(100));
        }

        _faults.Stop();
        for (var i = 0; _acknowledged < _total; i++)
        {
            Assert.True(i < 200_000, "no progress\n" + Trace);
            Step(_random.Next(60));
        }

        if (_faults.Transactional) Commit();

        Assert.Equal(0, _queue.Bytes);
        _frames.ThrowIfRented();
    }

    private void Step(int dice)
    {
        if (dice < 12) Enqueue();
        else if (dice < 27) Send();
        else if (dice < 40) Serve(_link.Requests, answer: true);
        else if (dice < 55) TakeAnswer();
        else if (dice < 60) _time.Advance(TimeSpan.FromMilliseconds(_random.Next(60)));
        else if (dice < 70 && _zombies.Count > 0) ServeZombie();
        else if (Hits(_faults.Cut)) Cut(restart: false);
        else if (Hits(_faults.Restart)) Cut(restart: true);
        else if (Hits(_faults.Move)) Move();
        else if (Hits(_faults.Forget)) Forget();
        else if (Hits(_faults.DropUnsent)) DropUnsent();
        else if (_faults.Transactional && !_quiet && !_queue.IsUnresolved && _random.Next(4) == 0) Commit();
    }

    private ProduceQueue NewQueue(ProducerIdentity identity)
    {
        var queue = new ProduceQueue(_options, new BackOff(_options.RetryBackOff, _options.RetryBackOffMax, _random), _time);
        queue.Assign(identity);
        return queue;
    }

    private void Commit()
    {
        Assert.False(_queue.IsUnresolved);
        Note($"commit at {_acknowledged}");
        Log.Mark(_queue.Identity, commit: true, ++_transactions);
        _committed = _acknowledged;
        _queue.End.Forget();
    }

    /// <summary>
    /// Another owner takes over: what is open is aborted under an epoch that nobody gets, and everything begins at what is committed.
    /// </summary>
    private void BeginAnew()
    {
        Lost++;
        var (id, epoch) = (_queue.Identity.ProducerId, _queue.Identity.Epoch);
        Log.Mark(new ProducerIdentity(id, (short)(epoch + 1)), commit: false, ++_transactions);
        _queue.Close();
        _queue = NewQueue(new ProducerIdentity(id, (short)(epoch + 2)));
        _produced = _acknowledged = _committed;
    }

    private bool Hits(double probability) => !_quiet && _random.NextDouble() < probability;

    private void Enqueue()
    {
        if (_produced >= _total || _queue.Count >= 12 || _queue.Status != ProducerPartitionStatus.Ready) return;

        var count = (int)Math.Min(_total - _produced,
            _faults.HugeBatches ? 700_000_000 : _produced < _splitBefore ? 1 : _random.Next(1, 4));
        var frameOwned = _frames.RentNow(8);
        BinaryPrimitives.WriteInt64BigEndian(frameOwned.Memory.Span, _produced);
        Assert.True(
            _queue.TryEnqueue(new ProduceBatch(frameOwned, frameOwned.Memory, _produced, _produced + count, count, _time.GetTimestamp())));
        _produced += count;
        _counts[_produced - count] = count;
    }

    private void Send()
    {
        if (!_link.IsOpen && _queue.InFlight == 0) _link = new Link(_leader);
        if (_link.Leader != _leader && _queue.InFlight == 0)
        {
            _link = new Link(_leader);
            _queue.Moved();
        }

        if (!_link.IsOpen || !_queue.CanSend(_link, 5)) return;

        var turn = _queue.Send(_link);
        var first = BinaryPrimitives.ReadInt64BigEndian(turn.Bytes.Span);
        Note($"send {first} {turn.Identity.ProducerId}/{turn.Identity.Epoch} seq {turn.Sequence}");
        _link.Requests.Enqueue(new ModelRequest(turn, first, _counts[first], _link.Leader, _faults.Transactional));
        Assert.True(_queue.InFlight <= 5);
    }

    private void Serve(Queue<ModelRequest> requests, bool answer)
    {
        if (!requests.TryDequeue(out var request)) return;

        var (code, offset) = Handle(request);
        Note($"{(answer ? "serve" : "zombie")} {request.First}: {code.Name()} {offset}");
        if (answer) _link.Answers.Enqueue((code, offset));
    }

    private (ErrorCode Code, long BaseOffset) Handle(ModelRequest request)
    {
        if (request.Leader != _leader) return (ErrorCode.NotLeaderOrFollower, -1);
        if (_faults.TooLarge(request.First, request.Count)) return (ErrorCode.MessageTooLarge, -1);
        if (Hits(_faults.FailBefore)) return (_random.Next(2) == 0 ? ErrorCode.NotEnoughReplicas : ErrorCode.UnknownServerError, -1);

        var code = Log.Append(request, out var offset);
        if (code == ErrorCode.None && Hits(_faults.FailAfter))
        {
            return (_random.Next(2) == 0 ? ErrorCode.RequestTimedOut : ErrorCode.NotEnoughReplicasAfterAppend, -1);
        }

        return (code, offset);
    }

    private void ServeZombie()
    {
        var zombie = _random.Next(_zombies.Count);
        Serve(_zombies[zombie], answer: false);
        if (_zombies[zombie].Count == 0) _zombies.RemoveAt(zombie);
    }

    private void TakeAnswer()
    {
        if (_link.Answers.TryDequeue(out var answer)) Take(answer.Code, answer.BaseOffset);
    }

    private void Take(ErrorCode code, long baseOffset)
    {
        var step = _queue.Answered(code, baseOffset, null);
        Note($"answer {code.Name()}: {step}");
        while (_queue.TryTakeAcknowledged(out var batch, out var offset, out var jump))
        {
            if (jump.MayBeOurs) Doubled++;
            Assert.Equal(_acknowledged, batch.FirstSourceOffset);
            Assert.True(Log.Holds(batch.FirstSourceOffset, batch.NextSourceOffset));
            if (offset >= 0 && Unsure + Doubled == 0 && !_faults.Transactional) Assert.Equal(batch.FirstSourceOffset, offset);
            _acknowledged = batch.NextSourceOffset;
            batch.FrameOwned.Dispose();
        }

        if (step == ProduceStep.TransactionLost)
        {
            BeginAnew();
            return;
        }

        if (step == ProduceStep.NewEpochUnsure) Unsure++;
        if (step is ProduceStep.NewEpoch or ProduceStep.NewEpochUnsure) NewEpochs++;
        if (step == ProduceStep.NewProducerId) _queue.Assign(new ProducerIdentity(_producerIds++, 0));
        if (step != ProduceStep.Halt) return;

        Assert.Equal(0, _queue.Count);
        _splitBefore = _acknowledged + 4;
        _produced = _acknowledged;
        Assert.True(_queue.Restart());
        if (_queue.Identity.IsNone) _queue.Assign(new ProducerIdentity(_producerIds++, 0));
    }

    private void Cut(bool restart)
    {
        Note(restart ? "restart" : "cut");
        if (restart)
        {
            Log.Restart();
            if (_faults.RestartForgets) Log.ForgetProducers();
            _zombies.Clear();
        }
        else if (_link.Requests.Count > 0 && _random.Next(2) == 0)
        {
            _zombies.Add(_link.Requests);
        }

        _link.IsOpen = false;
        while (_link.Answers.Count > 0 && _random.Next(2) == 0) TakeAnswer();
        while (_queue.InFlight > 0) Take(ErrorCode.NetworkException, -1);
        _link = new Link(_link.Leader);
    }

    private void Move()
    {
        _leader++;
        Note($"leader {_leader}");
    }

    private void Forget()
    {
        if (_queue.InFlight > 0 || _queue.Count > 0 || _zombies.Count > 0) return;
        if (Log.IsOpen(_queue.Identity.ProducerId)) return;

        Note("forget");
        Log.ForgetProducers();
        _time.Advance(TimeSpan.FromHours(25));
    }

    private void DropUnsent()
    {
        var first = _queue.DropUnsent();
        if (first >= 0) _produced = first;
    }

    private void Note(string what) => _trace.AppendLine(what);

    private sealed class Link(int leader)
    {
        public int Leader { get; } = leader;

        public bool IsOpen { get; set; } = true;

        public Queue<ModelRequest> Requests { get; } = new();

        public Queue<(ErrorCode Code, long BaseOffset)> Answers { get; } = new();
    }
}
