using System.Globalization;
using System.Text;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// What one log holds: segments, producers, epochs, and where it starts. <see cref="Lock"/> guards all of it, and whoever calls holds it.
/// Invariants: (A) the start lies within the segments or at their end; (B) epochs and producers are those of the batches that are there,
/// and of none behind the end; (C) a closed log does not change.
/// </summary>
internal sealed class LogContents(ILogStore store, TimeProvider time)
{
    public const string EpochsFile = "leader-epoch-checkpoint";

    private const string StartFile = "log-start-offset";

    private long _startOffset;
    private bool _isStartSaved = true;

    public Lock Lock { get; } = new();

    public ILogStore Store { get; } = store;

    public SegmentList Segments { get; } = new(store);

    public ProducerStates Producers { get; } = new();

    public LeaderEpochs Epochs { get; } = new();

    /// <summary>The epoch that writes now; -1 when none does.</summary>
    public int LeaderEpoch { get; set; } = LeaderEpochs.Unknown;

    public bool IsClosed { get; set; }

    /// <summary>May be read without the lock.</summary>
    public long StartOffset => Volatile.Read(ref _startOffset);

    public long EndOffset => Segments.EndOffset;

    /// <summary>How far all replicas in sync have it; no limit where they have everything at once.</summary>
    public long ReplicatedTo { get; set; } = long.MaxValue;

    /// <summary>The high watermark: consumers see no further.</summary>
    public long VisibleEnd => Math.Min(ReplicatedTo, EndOffset);

    public long StableOffset =>
        Producers.FirstUnstableOffset is { } unstable ? Math.Min(Math.Max(unstable, _startOffset), VisibleEnd) : VisibleEnd;

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Where the log started when it was kept; 0 when that was never written down.</summary>
    public long LoadStart() =>
        Store.Load(StartFile) is { } text
            && long.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 0;

    /// <summary>Begins at <paramref name="offset"/> or at the first segment, once those that were kept are there.</summary>
    public void StartAt(long offset)
    {
        if (Segments.All.Count > 0 && EndOffset < offset)
        {
            // What was deleted must not come back under offsets that were used: the log goes on where it began.
            while (Segments.All.Count > 0) Segments.DropLast();
            Producers.Clear();
        }

        if (Segments.All.Count == 0) Segments.Begin(offset, NowMs);
        _startOffset = Math.Max(offset, Segments.First.BaseOffset);
    }

    /// <summary>
    /// Moves the start up. Segments wholly below go before anything is written down: a full disk must not keep itself from being freed.
    /// After a crash between, the log starts with its first segment.
    /// </summary>
    public void RaiseStart(long offset)
    {
        if (offset <= _startOffset && _isStartSaved) return;

        Volatile.Write(ref _startOffset, Math.Max(offset, _startOffset));
        _isStartSaved = false;
        while (Segments.All.Count > 1 && Segments.All[1].BaseOffset <= offset) Segments.DropFirst();
        Producers.Aborted.ForgetBelow(offset);
        SaveStart();
        _isStartSaved = true;
        if (Epochs.ForgetBelow(offset)) SaveEpochs();
    }

    /// <summary>Cuts everything off from <paramref name="offset"/> on; <paramref name="leaderEpoch"/> writes there next.</summary>
    public void Truncate(long offset, int leaderEpoch)
    {
        while (Segments.All.Count > 1 && Segments.Active.BaseOffset >= offset) Segments.DropLast();

        Store.Remove(SegmentFacts.FileName(Segments.Active.BaseOffset));
        Store.Remove(ProducerSnapshot.FileName);
        Segments.Active.Truncate(offset);
        Epochs.TruncateFrom(EndOffset);
        LeaderEpoch = leaderEpoch;
        Epochs.Assign(leaderEpoch, EndOffset);
        SaveEpochs();
        if (_startOffset > EndOffset)
        {
            Volatile.Write(ref _startOffset, EndOffset);
            SaveStart();
        }

        RebuildProducers();
    }

    /// <summary>Learns the producers anew from the batches.</summary>
    public void RebuildProducers()
    {
        Producers.Clear();
        foreach (var segment in Segments.All)
        {
            using var scanner = new SegmentScanner(segment.Bytes, segment.BaseOffset, checkCrc: false);
            while (scanner.MoveNext()) NoteProducer(scanner.Batch);
        }
    }

    /// <summary>Learns from the next batch what its producer did.</summary>
    public void NoteProducer(ReadOnlySpan<byte> batch)
    {
        var header = new RecordBatchHeader(batch);
        if (!header.IsControl) Producers.Appended(header);
        else if (ReadMarker(batch) is { EndsTransaction: true } marker)
            Producers.Ended(header, marker.Type == ControlRecordType.Commit, marker.CoordinatorEpoch);
    }

    public void SaveEpochs()
    {
        if (Store.IsDurable) Store.Save(EpochsFile, Epochs.Encode());
    }

    private void SaveStart()
    {
        if (Store.IsDurable) Store.Save(StartFile, Encoding.ASCII.GetBytes(_startOffset.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The record of a control batch; null when cleaning left none, because nothing of its transaction is left.</summary>
    private static ControlRecord? ReadMarker(ReadOnlySpan<byte> batch)
    {
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(batch, buffer);
        return reader.MoveNext() ? ControlRecord.Read(reader.Key, reader.Value) : null;
    }
}
