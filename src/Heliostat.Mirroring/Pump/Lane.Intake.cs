using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Protocol;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Pump;

/// <summary>What a lane does with a fetch answer: walk the batch headers, pass what can pass, rewrite the rest.</summary>
internal sealed partial class Lane
{
    private readonly AbortedRanges _aborted = new();
    private readonly long[] _through;
    private int _maxBatchBytes;
    private bool _verify;
    private MergeRule _merging;

    /// <summary>Hands over a batch that the record path built.</summary>
    internal bool Emit(int outlet, ReadOnlySpan<byte> batch, long first, long next, int records, OffsetRun[]? runs)
    {
        var frameOwned = _context.Frames.RentNow(batch.Length);
        batch.CopyTo(frameOwned.Memory.Span);
        return Send(outlet, new ProduceBatch(frameOwned, frameOwned.Memory, first, next, records, _context.Time.GetTimestamp(), runs));
    }

    private void TakeIn(in FetchedPartition fetched)
    {
        _aborted.Load(fetched.AbortedTransactions);
        var path = _context.RecordPaths.Rent();
        try
        {
            path.Open(this, _tracker, _through, _maxBatchBytes, Math.Min(_context.BatchBytes, _triedBytes));
            BeginMerging(fetched.Records.Span);
            var walker = new BatchWalker(fetched.Records.Span);
            var flows = true;
            while (flows && !IsGuessedEnough && walker.MoveNext())
            {
                flows = Take(path, fetched.Frame, fetched.Records.Slice(walker.Current.Offset, walker.Current.Size), walker.Current.Magic);
            }

            path.Flush();
            if (flows && !IsGuessedEnough && walker.Malformed is { } damage)
            {
                Pause(LanePause.SourceDamage(Plan.Source, _tracker.Read, damage));
            }
        }
        catch (MalformedFrameException malformed)
        {
            path.Flush();
            Pause(LanePause.SourceDamage(Plan.Source, _tracker.Read, malformed.Message));
        }
        finally
        {
            _context.RecordPaths.Return(path);
        }
    }

    /// <summary>The rest of the answer is better fetched again when it is known whether to merge it.</summary>
    private bool IsGuessedEnough => _merging.IsGuessing && _outlets[0].QueuedBatches >= MostSmallBatches;

    private void BeginMerging(ReadOnlySpan<byte> records)
    {
        var waiting = 0;
        var roundTrip = TimeSpan.Zero;
        foreach (var outlet in _outlets)
        {
            waiting = Math.Max(waiting, outlet.QueuedBatches);
            roundTrip = outlet.RoundTrip > roundTrip ? outlet.RoundTrip : roundTrip;
        }

        _merging.Begin(records, _context.Lingers, waiting, roundTrip, Math.Min(_context.BatchBytes, LargestOfMany));
    }

    /// <summary>Takes in one batch; false when the lane stops here.</summary>
    private bool Take(RecordPath path, Frame frame, Memory<byte> batch, byte magic)
    {
        if (magic < 2)
        {
            return TakeRecords(path, batch.Span, RecordBatch.LastOffset(batch.Span) + 1, epoch: -1);
        }

        var header = new RecordBatchHeader(batch.Span);
        if (header.NextOffset <= path.Read)
        {
            return true;
        }

        if (_verify && !RecordBatch.IsCrcValid(batch.Span))
        {
            path.Flush();
            Pause(LanePause.SourceDamage(Plan.Source, header.BaseOffset, "the batch does not match its checksum (CORRUPT_MESSAGE)"));
            return false;
        }

        if (header.IsControl)
        {
            EndAborted(path, batch.Span, header);
            path.Skip(header.NextOffset, header.PartitionLeaderEpoch);
            return true;
        }

        if (_context.ReadCommitted && _aborted.Contains(header))
        {
            path.Skip(header.NextOffset, header.PartitionLeaderEpoch);
            return true;
        }

        return CanPass(header, path.Read)
            ? Pass(path, frame, batch, header)
            : TakeRecords(path, batch.Span, header.NextOffset, header.PartitionLeaderEpoch);
    }

    /// <summary>The rules of pass-through: everything that a producer may send exactly as the source stores it.</summary>
    private bool CanPass(in RecordBatchHeader header, long position) =>
        !_merging.IsWorth(header)
        && !Plan.ByKey
        && (_context.Codec is null || _context.Codec == header.Codec)
        && header.IsDense
        && header.TimestampType == TimestampType.CreateTime
        && header.BaseOffset >= position
        && header.SizeInBytes <= LargestOfMany;

    /// <summary>The largest batch of several records that the target takes, as far as that is known.</summary>
    private int LargestOfMany => Math.Min(_maxBatchBytes, _triedBytes);

    private bool Pass(RecordPath path, Frame frame, Memory<byte> batch, in RecordBatchHeader header)
    {
        if (!path.Flush())
        {
            return false;
        }

        frame.Retain();
        _tracker.Begin(header.NextOffset, header.PartitionLeaderEpoch, parts: 1);
        return Send(0, new ProduceBatch(frame, batch, header.BaseOffset, header.NextOffset, header.RecordsCount, _context.Time.GetTimestamp()));
    }

    private bool TakeRecords(RecordPath path, ReadOnlySpan<byte> batch, long next, int epoch)
    {
        if (next <= path.Read)
        {
            return true;
        }

        if ((_context.CheckCrcs || _verify) && !RecordBatch.IsCrcValid(batch))
        {
            path.Flush();
            Pause(LanePause.SourceDamage(Plan.Source, path.Read, "the batch does not match its checksum (CORRUPT_MESSAGE)"));
            return false;
        }

        switch (path.Append(batch, next, epoch))
        {
            case RecordPathResult.Taken:
                return true;
            case RecordPathResult.RecordTooLarge:
                OnRecordTooLarge(path);
                return false;
            default:
                return false;
        }
    }

    private void EndAborted(RecordPath path, ReadOnlySpan<byte> batch, in RecordBatchHeader header)
    {
        if (header.IsTransactional && path.IsAbortMarker(batch))
        {
            _aborted.EndAt(header.ProducerId, header.BaseOffset);
        }
    }
}
