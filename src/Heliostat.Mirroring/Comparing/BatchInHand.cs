using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Comparing;

/// <summary>
/// The batch that a <see cref="LogCursor"/> stands in, opened when a record of it is asked for, and how much of it was taken.
/// </summary>
/// <param name="buffer">Takes what is decompressed; nobody else uses it during a call.</param>
/// <param name="rules">What a mirror makes of its records, which are seen so; null where they are seen as they are.</param>
internal sealed class BatchInHand(DecompressionBuffer buffer, RecordRules? rules)
{
    private readonly RulesAtWork? _rules = AtWork(rules);
    private readonly RecordPrints _prints = new();
    private readonly List<LogRecord> _records = [];
    private bool _isOpen;
    private int _taken;

    /// <summary>All of the batch; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>No record of it was taken.</summary>
    public bool IsUntouched => _taken == 0;

    /// <summary>How many records the rules leave out behind the last that they keep; it is open.</summary>
    public int LeftOutAtEnd { get; private set; }

    /// <summary>Rules decide what is seen of it.</summary>
    public bool HasRules => rules is not null;

    /// <summary>How many of its records are left; it is open.</summary>
    public int RecordsLeft => _records.Count - _taken;

    public void Begin(ReadOnlyMemory<byte> batch) => Bytes = batch;

    /// <summary>
    /// Reads its records from <paramref name="from"/> on and before <paramref name="end"/>, once; false when it does not match its
    /// checksum.
    /// </summary>
    public bool Open(long from, long end)
    {
        if (_isOpen)
        {
            return true;
        }

        var isSound = RecordBatch.IsCrcValid(Bytes.Span);
        var stamped = Bytes.Span[RecordBatchHeader.MagicOffset] == 2
            && new RecordBatchHeader(Bytes.Span).TimestampType == TimestampType.LogAppendTime;
        _rules?.Begin(Bytes.Span, from, end, buffer);
        var reader = new RecordReader(Bytes.Span, buffer);
        while (reader.MoveNext())
        {
            if (reader.Offset >= from && reader.Offset < end)
            {
                Add(RecordView.Of(reader), stamped);
            }
        }

        _isOpen = true;
        return isSound;
    }

    /// <summary>The next record; false when none is left.</summary>
    public bool TryPeek(out LogRecord record)
    {
        record = RecordsLeft > 0 ? _records[_taken] : default;
        return RecordsLeft > 0;
    }

    /// <summary>Takes the next record.</summary>
    public LogRecord Take() => _records[_taken++];

    public void Drop()
    {
        Bytes = default;
        _isOpen = false;
        _taken = 0;
        LeftOutAtEnd = 0;
        _records.Clear();
    }

    private static RulesAtWork? AtWork(RecordRules? rules)
    {
        var made = rules is null ? null : new RulesAtWork(DecompressionBuffer.DefaultMaxBytes);
        made?.Use(rules);
        return made;
    }

    /// <summary>What is left out by rules is no hole: it stands in the log, and was never mirrored.</summary>
    private void Add(RecordView record, bool stamped)
    {
        var made = _rules?.Apply(ref record);
        if (made == RuleOutcome.NotYet && _rules!.Awaits is TroubleKind.Java or TroubleKind.PluginSilent)
        {
            // What the target holds cannot be compared with what nobody knows: whoever compares tries again.
            throw _rules.Awaits == TroubleKind.Java
                ? new TimeoutException($"java: {_rules.Why}")
                : new PluginSilentException($"what the mirror makes of the record at offset {record.Offset} cannot be told: {_rules.Why}");
        }

        if (made is RuleOutcome.Dropped or RuleOutcome.Failed or RuleOutcome.NotYet)
        {
            LeftOutAtEnd++;
            return;
        }

        _records.Add(new LogRecord(record.Offset, record.Timestamp, _prints.Of(record), Hole: -LeftOutAtEnd, stamped));
        LeftOutAtEnd = 0;
    }
}
