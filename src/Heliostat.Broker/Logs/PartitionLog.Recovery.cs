using System.Globalization;
using System.Text;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

internal sealed partial class PartitionLog
{
    private const string EpochsFile = "leader-epoch-checkpoint";
    private const string LogStartFile = "log-start-offset";

    /// <summary>
    /// Opens what the store kept. Segments whose facts were saved are taken as they were; the others are looked through, and the log is cut off at the
    /// first batch that is not whole. Epochs and producers are those that were saved, brought up to date from the batches.
    /// </summary>
    private string? Recover()
    {
        var epochs = _store.Load(EpochsFile);
        var knowsEpochs = epochs is not null && _epochs.Restore(epochs);
        _leaderEpoch = _epochs.Latest;
        var snapshot = _store.Load(ProducerSnapshot.FileName);
        var producersKnow = (snapshot is null ? null : ProducerSnapshot.Decode(snapshot, _producers)) ?? 0;

        string? damage = null;
        var stored = _store.Open();
        for (var i = 0; i < stored.Count; i++)
        {
            if (damage is not null || (_segments.Count > 0 && stored[i].BaseOffset < EndOffset))
            {
                // It lies behind the damage, or was merged into the one before when a crash came.
                _store.Remove(SegmentFacts.FileName(stored[i].BaseOffset));
                stored[i].Bytes.Delete();
                continue;
            }

            damage = Open(stored[i], i + 1 < stored.Count ? stored[i + 1].BaseOffset : null, producersKnow, knowsEpochs);
        }

        StartAt(_store.Load(LogStartFile) is { } text && long.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 0);
        if (stored.Count > 0 || epochs is not null)
        {
            _epochs.TruncateFrom(EndOffset);
            _epochs.ForgetBelow(_logStartOffset);
            SaveEpochs();
        }

        if (damage is not null || producersKnow > EndOffset) RebuildProducers();
        return damage;
    }

    /// <summary>Takes a segment over; says what was cut off from it, if anything was.</summary>
    private string? Open(StoredSegment stored, long? nextBaseOffset, long producersKnow, bool knowsEpochs)
    {
        var isLast = nextBaseOffset is null;
        var segment = new LogSegment(stored.BaseOffset, stored.Bytes, NowMs);
        _segments.Add(segment);
        var factsFile = SegmentFacts.FileName(stored.BaseOffset);
        var facts = _store.Load(factsFile) is { } encoded ? SegmentFacts.Decode(encoded) : null;
        var isKnown = facts?.Size == segment.Size && (!isLast || _store.WasClosedCleanly);
        if (isKnown)
        {
            segment.Restore(facts!);
            segment.IsSealed = !isLast;
            if (knowsEpochs && segment.NextOffset <= producersKnow) return null;
        }

        using var scanner = new SegmentScanner(segment.Bytes, segment.BaseOffset, checkCrc: !isKnown);
        while (scanner.MoveNext())
        {
            var header = new RecordBatchHeader(scanner.Batch);
            if (!isKnown) segment.Note(BatchFacts.Of(header, scanner.Position));
            _epochs.Assign(header.PartitionLeaderEpoch, header.BaseOffset);
            if (header.BaseOffset >= producersKnow) NoteProducer(scanner.Batch);
        }

        if (scanner.Damage is null) return null;

        var lost = segment.Size - scanner.Position;
        segment.Bytes.Truncate(scanner.Position);
        _store.Remove(factsFile);
        if (isKnown)
        {
            // The facts were believed, and are of no use now.
            _segments.RemoveAt(_segments.Count - 1);
            Open(stored, nextBaseOffset, producersKnow: long.MaxValue, knowsEpochs);
        }

        // An append failed half-way and the log rolled: nothing is missing where the next segment goes on.
        if (scanner.NextOffset == nextBaseOffset) return null;

        return string.Create(CultureInfo.InvariantCulture, $"{scanner.Damage}, in the segment from offset {segment.BaseOffset} on; the log now ends at offset {scanner.NextOffset}, {lost} bytes of the segment were cut off");
    }

    private void StartAt(long logStartOffset)
    {
        if (_segments.Count > 0 && EndOffset < logStartOffset)
        {
            // What was deleted must not come back under offsets that were used: the log goes on where it began.
            while (_segments.Count > 0) DropLast();
            _producers.Clear();
        }

        if (_segments.Count == 0) _segments.Add(new LogSegment(logStartOffset, _store.Create(logStartOffset), NowMs));
        _logStartOffset = Math.Max(logStartOffset, _segments[0].BaseOffset);
    }

    private void RebuildProducers()
    {
        _producers.Clear();
        foreach (var segment in _segments)
        {
            using var scanner = new SegmentScanner(segment.Bytes, segment.BaseOffset, checkCrc: false);
            while (scanner.MoveNext()) NoteProducer(scanner.Batch);
        }
    }

    private void NoteProducer(ReadOnlySpan<byte> batch)
    {
        var header = new RecordBatchHeader(batch);
        if (!header.IsControl) _producers.Appended(header);
        else if (ReadMarker(batch) is { EndsTransaction: true } marker) _producers.Ended(header, marker.Type == ControlRecordType.Commit, marker.CoordinatorEpoch);
    }

    /// <summary>The record of a control batch; null when cleaning left none, because nothing of its transaction is left.</summary>
    private static ControlRecord? ReadMarker(ReadOnlySpan<byte> batch)
    {
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(batch, buffer);
        return reader.MoveNext() ? ControlRecord.Read(reader.Key, reader.Value) : null;
    }

    private void SaveEpochs()
    {
        if (_store.IsDurable) _store.Save(EpochsFile, _epochs.Encode());
    }

    private void SaveLogStart()
    {
        if (_store.IsDurable) _store.Save(LogStartFile, Encoding.ASCII.GetBytes(_logStartOffset.ToString(CultureInfo.InvariantCulture)));
    }
}
