using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Records;

/// <summary>
/// Rewrites records: batches of any format and with any holes go in, dense magic 2 batches come out, none larger than the target takes.
/// Keys, values, headers and the timestamps that consumers see are kept bit for bit.
/// <list type="bullet">
/// <item>A. What was taken in and not handed over is pending; it ends at <see cref="Read"/> and is handed over before anything
/// later.</item>
/// <item>B. All outlets are flushed together, as one entry of the tracker, so that a position never splits what a key hash mixed.</item>
/// </list>
/// </summary>
internal sealed class RecordPath(int maxDecompressedBytes) : IDisposable
{
    private readonly DecompressionBuffer _buffer = new(maxDecompressedBytes);
    private readonly List<RecordBatchBuilder>[] _buildersByCodec = [[], [], [], [], []];
    private IBatchOutput? _output;
    private PositionTracker? _tracker;
    private long[] _deliveredUpTo = [];
    private int _maxBatchBytes;
    private int _fillBytes;
    private AskedOfRecords _asked;
    private CompressionCodec _codec;
    private long _pendingFirst;
    private long _pendingNext = -1;
    private int _pendingEpoch;

    /// <summary>The offset after the last record that is pending; what follows it may be a hole.</summary>
    private long _pendingDense;
    private readonly List<OffsetRun> _runs = [];
    private readonly RulesAtWork _rules = new(maxDecompressedBytes);

    /// <summary>The next source offset that has not been taken in, pending records counted.</summary>
    public long Read => HasPending ? _pendingNext : _tracker!.Read;

    /// <summary>What the batch of one record would take, after <see cref="RecordPathResult.RecordTooLarge"/>.</summary>
    public int TooLargeBytes { get; private set; }

    /// <summary>What is being asked for, after <see cref="RecordPathResult.NotYet"/>.</summary>
    public string Why => _rules.Why;

    /// <summary>What is waited for, after <see cref="RecordPathResult.NotYet"/>.</summary>
    public TroubleKind Awaits => _rules.Awaits;

    private bool HasPending => _pendingNext >= 0;

    /// <summary>Begins a fetch answer of a lane.</summary>
    /// <param name="output">Takes what is built.</param>
    /// <param name="tracker">The lane's.</param>
    /// <param name="through">For each outlet the source offset up to which it has everything.</param>
    /// <param name="maxBatchBytes">The largest batch the target takes.</param>
    /// <param name="fillBytes">Records are gathered into batches of up to this size; one record may need more.</param>
    /// <param name="asked">What is done to records.</param>
    public void Open(IBatchOutput output, PositionTracker tracker, long[] through, int maxBatchBytes, int fillBytes,
        in AskedOfRecords asked)
    {
        _asked = asked;
        _rules.Use(asked.Rules);
        _output = output;
        _tracker = tracker;
        _deliveredUpTo = through;
        _maxBatchBytes = maxBatchBytes;
        _fillBytes = Math.Min(fillBytes, maxBatchBytes);
        _pendingNext = -1;
        _runs.Clear();
        foreach (var builder in _buildersByCodec[(int)_codec])
        {
            builder.Reset();
        }
    }

    /// <summary>The record of a control batch; null when cleaning left none. Throws <see cref="MalformedFrameException"/>.</summary>
    public ControlRecord? ReadControl(ReadOnlySpan<byte> controlBatch)
    {
        var reader = new RecordReader(controlBatch, _buffer);
        return reader.MoveNext() ? ControlRecord.Read(reader.Key, reader.Value) : null;
    }

    /// <summary>Source offsets up to <paramref name="next"/>, the last of leader epoch <paramref name="epoch"/>, are left out.</summary>
    public void Skip(long next, int epoch)
    {
        if (HasPending)
        {
            (_pendingNext, _pendingEpoch) = (next, epoch);
        }
        else
        {
            _tracker!.Skip(next, epoch);
        }
    }

    /// <summary>
    /// Takes in the records of <paramref name="batch"/>, of leader epoch <paramref name="epoch"/>, from <see cref="Read"/> on and before
    /// <paramref name="next"/>.
    /// </summary>
    public RecordPathResult Append(ReadOnlySpan<byte> batch, long next, int epoch)
    {
        var sourceCodec = _asked.Codec ?? RecordBatch.Codec(batch);
        if (HasPending && sourceCodec != _codec && !Flush())
        {
            return RecordPathResult.Halted;
        }

        Use(sourceCodec);
        var from = Read;
        _rules.Begin(batch, from, next, _buffer);
        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            if (reader.Offset < from)
            {
                continue;
            }

            if (reader.Offset >= next)
            {
                break;
            }

            if (_output!.KeepsOffsets && HasPending && reader.Offset != _pendingDense && !Flush())
            {
                return RecordPathResult.Halted;
            }

            var taken = Take(reader, epoch);
            if (taken == RecordPathResult.PutAside)
            {
                continue;
            }

            if (taken != RecordPathResult.Taken)
            {
                return taken;
            }

            _pendingFirst = HasPending ? _pendingFirst : reader.Offset;
            (_pendingNext, _pendingEpoch, _pendingDense) = (reader.Offset + 1, epoch, reader.Offset + 1);
        }

        Skip(next, epoch);
        return RecordPathResult.Taken;
    }

    /// <summary>
    /// The offset of the first record of a batch, from <see cref="Read"/> on, that has <paramref name="time"/> or a later one; beyond all
    /// where none has.
    /// </summary>
    public long FirstOf(ReadOnlySpan<byte> batch, long time)
    {
        var from = Read;
        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            if (reader.Offset >= from && reader.Timestamp >= time)
            {
                return reader.Offset;
            }
        }

        return long.MaxValue;
    }

    /// <summary>
    /// Whether the rules of the lane keep all records of a batch as they are, so that it may pass; records before <see cref="Read"/> do not
    /// count.
    /// </summary>
    public bool KeepsAll(ReadOnlySpan<byte> batch)
    {
        var from = Read;
        _rules.Begin(batch, from, long.MaxValue, _buffer);
        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            var record = RecordView.Of(reader);
            if (record.Offset >= from && _rules.Apply(ref record) != RuleOutcome.Kept)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Hands over what is pending; false when the outlet takes nothing more.</summary>
    public bool Flush()
    {
        if (!HasPending)
        {
            return true;
        }

        var next = _pendingNext;
        _pendingNext = -1;
        var builders = _buildersByCodec[(int)_codec];
        var parts = 0;
        for (var i = 0; i < _deliveredUpTo.Length; i++)
        {
            parts += builders[i].RecordsCount > 0 ? 1 : 0;
        }

        _tracker!.Begin(next, _pendingEpoch, parts);
        var taken = true;
        for (var i = 0; i < _deliveredUpTo.Length; i++)
        {
            var builder = builders[i];
            if (builder.RecordsCount > 0)
            {
                taken = taken && _output!.Emit(i, builder.Build(), _pendingFirst, next, builder.RecordsCount, Runs());
                builder.Reset();
            }
        }

        _runs.Clear();

        return taken;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _rules.Dispose();
        foreach (var builders in _buildersByCodec)
        {
            foreach (var builder in builders)
            {
                builder.Dispose();
            }
        }
    }

    private void Use(CompressionCodec next)
    {
        _codec = next;
        var builders = _buildersByCodec[(int)next];
        while (builders.Count < _deliveredUpTo.Length)
        {
            builders.Add(new RecordBatchBuilder(next));
        }
    }

    /// <summary>Takes in one record, as the rules leave it.</summary>
    private RecordPathResult Take(in RecordReader reader, int epoch)
    {
        var record = RecordView.Of(reader);
        var made = _rules.Apply(ref record);
        if (made == RuleOutcome.Failed)
        {
            return Fare(_output!.Fails(record.Offset, _rules.Why), RecordPathResult.Failed, reader, epoch);
        }

        if (made == RuleOutcome.NotYet)
        {
            return RecordPathResult.NotYet;
        }

        if (made == RuleOutcome.Dropped)
        {
            _output!.LeavesOut();
            return RecordPathResult.Taken;
        }

        if (made == RuleOutcome.Several)
        {
            return TakeSeveral(record, reader, epoch);
        }

        var outlet = _output!.Place(record.Key);
        if (record.Offset < _deliveredUpTo[outlet])
        {
            return RecordPathResult.Taken;
        }

        if (_output.IsRefused(record.Offset))
        {
            return Fare(RecordFate.PutAside, RecordPathResult.Halted, reader, epoch);
        }

        var added = Add(outlet, record);
        if (added == RecordPathResult.Taken)
        {
            Run(record.Offset);
        }

        return added == RecordPathResult.RecordTooLarge
            ? Fare(_output.IsTooLarge(record.Offset, TooLargeBytes), added, reader, epoch)
            : added;
    }

    /// <summary>
    /// Takes in the records that one became: into one batch for each outlet, so that a position never stands between them.
    /// </summary>
    private RecordPathResult TakeSeveral(in RecordView of, in RecordReader reader, int epoch)
    {
        var made = _rules.Several;
        var record = of;
        var bytes = 0L;
        var builders = _buildersByCodec[(int)_codec];
        var fullest = 0;
        while (made.TryNext(of, ref record, out var partition))
        {
            if (partition >= _deliveredUpTo.Length)
            {
                return Fare(_output!.Fails(of.Offset, $"it is sent to partition {partition}, and there are {_deliveredUpTo.Length}"),
                    RecordPathResult.Failed, reader, epoch);
            }

            var builder = builders[partition >= 0 ? partition : _output!.Place(record.Key)];
            fullest = Math.Max(fullest, builder.SizeInBytes);
            bytes += builder.SizeOf(record.Timestamp, record.Key, record.Value, record.Headers);
        }

        if (fullest + bytes > _fillBytes && HasPending && !Flush())
        {
            return RecordPathResult.Halted;
        }

        made.Rewind();
        while (made.TryNext(of, ref record, out var partition))
        {
            var outlet = partition >= 0 ? partition : _output!.Place(record.Key);
            if (of.Offset >= _deliveredUpTo[outlet])
            {
                builders[outlet].Append(record.Timestamp, record.Key, record.Value, record.Headers);
                TooLargeBytes = fullest + bytes > _maxBatchBytes && builders[outlet].SizeInBytes > _maxBatchBytes
                    ? builders[outlet].Build().Length : 0;
            }

            if (TooLargeBytes > _maxBatchBytes)
            {
                builders.ForEach(builder => builder.Reset());
                return Fare(_output!.IsTooLarge(of.Offset, TooLargeBytes), RecordPathResult.RecordTooLarge, reader, epoch);
            }
        }

        return RecordPathResult.Taken;
    }

    /// <summary>What comes of a record that cannot go where others go; <paramref name="stops"/> where the lane stops before it.</summary>
    private RecordPathResult Fare(RecordFate fate, RecordPathResult stops, in RecordReader reader, int epoch) => fate switch
    {
        RecordFate.LeftOut => RecordPathResult.Taken,
        RecordFate.PutAside when Flush() && _output!.PutAside(RecordView.Of(reader), epoch) => RecordPathResult.PutAside,
        RecordFate.PutAside => RecordPathResult.Halted,
        _ => stops,
    };

    /// <summary>Which source offsets the records have; null where they are one run from the first that was taken in.</summary>
    private OffsetRun[]? Runs() => _runs.Count > 1 || (_runs.Count == 1 && _runs[0].First != _pendingFirst) ? [.. _runs] : null;

    /// <summary>
    /// Notes the source offset of a record that was added, where somebody wants to know; a lane that is observed has one outlet.
    /// </summary>
    private void Run(long offset)
    {
        if (!_output!.WantsRuns)
        {
            return;
        }

        if (_runs.Count > 0 && _runs[^1] is var last && last.First + last.Count == offset)
        {
            _runs[^1] = last with { Count = last.Count + 1 };
        }
        else
        {
            _runs.Add(new OffsetRun(offset, 1));
        }
    }

    private RecordPathResult Add(int outlet, in RecordView record)
    {
        var builder = _buildersByCodec[(int)_codec][outlet];
        var size = builder.SizeOf(record.Timestamp, record.Key, record.Value, record.Headers);
        if (builder.SizeInBytes + size > _fillBytes && HasPending && !Flush())
        {
            return RecordPathResult.Halted;
        }

        builder.Append(record.Timestamp, record.Key, record.Value, record.Headers);
        if (builder.SizeInBytes <= _maxBatchBytes)
        {
            return RecordPathResult.Taken;
        }

        // Alone and still too large; compressed it may fit.
        TooLargeBytes = builder.Build().Length;
        if (TooLargeBytes <= _maxBatchBytes)
        {
            return RecordPathResult.Taken;
        }

        builder.Reset();
        return RecordPathResult.RecordTooLarge;
    }
}
