using System.Globalization;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// Opens what the store kept of a log. Segments whose facts were saved are taken as they were; the others are looked through, and the log
/// is cut off at the first batch that is not whole. Epochs and producers are those that were saved, brought up to date from the batches.
/// Used once.
/// </summary>
internal sealed class LogRecovery
{
    private readonly LogContents _log;
    private readonly bool _knowsEpochs;
    private readonly long _producersKnow;

    private LogRecovery(LogContents log)
    {
        _log = log;
        _knowsEpochs = log.Store.Load(LogContents.EpochsFile) is { } epochs && log.Epochs.Restore(epochs);
        log.LeaderEpoch = log.Epochs.Latest;
        _producersKnow = (log.Store.Load(ProducerSnapshot.FileName) is { } snapshot
            ? ProducerSnapshot.Decode(snapshot, log.Producers)
            : null) ?? 0;
    }

    /// <summary>Fills <paramref name="log"/>; says what was cut off, in words for an operator, or null when nothing was.</summary>
    public static string? Run(LogContents log) => new LogRecovery(log).Run();

    private string? Run()
    {
        string? damage = null;
        var hadEpochs = _log.Store.Load(LogContents.EpochsFile) is not null;
        var stored = _log.Store.Open();
        for (var i = 0; i < stored.Count; i++)
        {
            if (damage is not null || (_log.Segments.All.Count > 0 && stored[i].BaseOffset < _log.EndOffset))
            {
                // It lies behind the damage, or was merged into the one before when a crash came.
                _log.Store.Remove(SegmentFacts.FileName(stored[i].BaseOffset));
                stored[i].Bytes.Delete();
                continue;
            }

            damage = Open(stored[i], i + 1 < stored.Count ? stored[i + 1].BaseOffset : null, _producersKnow);
        }

        _log.StartAt(_log.LoadStart());
        if (stored.Count > 0 || hadEpochs)
        {
            _log.Epochs.TruncateFrom(_log.EndOffset);
            _log.Epochs.ForgetBelow(_log.StartOffset);
            _log.SaveEpochs();
        }

        if (damage is not null || _producersKnow > _log.EndOffset) _log.RebuildProducers();
        return damage;
    }

    /// <summary>Takes a segment over; says what was cut off from it, if anything was.</summary>
    private string? Open(StoredSegment stored, long? nextBaseOffset, long producersKnow)
    {
        var segment = new LogSegment(stored.BaseOffset, stored.Bytes, _log.NowMs);
        _log.Segments.Add(segment);
        var isKnown = IsKnown(segment, isLast: nextBaseOffset is null);
        if (isKnown && _knowsEpochs && segment.NextOffset <= producersKnow) return null;

        using var scanner = new SegmentScanner(segment.Bytes, segment.BaseOffset, checkCrc: !isKnown);
        while (scanner.MoveNext())
        {
            var header = new RecordBatchHeader(scanner.Batch);
            if (!isKnown) segment.Note(BatchFacts.Of(header, scanner.Position));
            _log.Epochs.Assign(header.PartitionLeaderEpoch, header.BaseOffset);
            if (header.BaseOffset >= producersKnow) _log.NoteProducer(scanner.Batch);
        }

        if (scanner.Damage is null) return null;

        var lost = segment.Size - scanner.Position;
        segment.Bytes.Truncate(scanner.Position);
        _log.Store.Remove(SegmentFacts.FileName(stored.BaseOffset));
        if (isKnown)
        {
            // The facts were believed, and are of no use now.
            _log.Segments.TakeLast();
            Open(stored, nextBaseOffset, producersKnow: long.MaxValue);
        }

        // An append failed half-way and the log rolled: nothing is missing where the next segment goes on.
        if (scanner.NextOffset == nextBaseOffset) return null;

        return string.Create(CultureInfo.InvariantCulture,
            $"{scanner.Damage}, in the segment from offset {segment.BaseOffset} on; the log now ends at offset {scanner.NextOffset}, "
                + $"{lost} bytes of the segment were cut off");
    }

    /// <summary>Whether saved facts fit the bytes, and may be believed; then the segment has them.</summary>
    private bool IsKnown(LogSegment segment, bool isLast)
    {
        var facts = _log.Store.Load(SegmentFacts.FileName(segment.BaseOffset)) is { } encoded ? SegmentFacts.Decode(encoded) : null;
        if (facts?.Size != segment.Size || (isLast && !_log.Store.WasClosedCleanly)) return false;

        segment.Restore(facts);
        segment.IsSealed = !isLast;
        return true;
    }
}
