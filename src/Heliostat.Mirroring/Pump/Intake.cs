using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// What a lane does with a fetch answer: walk the batch headers, pass what can pass, rewrite the rest. Behind the lane's lock.
/// </summary>
/// <param name="plan">What was decided for the lane.</param>
/// <param name="context">What it shares with others.</param>
/// <param name="outlets">Where batches go.</param>
/// <param name="tracker">The lane's.</param>
/// <param name="limit">What the target takes.</param>
/// <param name="lane">Takes what was looked at.</param>
internal sealed partial class Intake(
    LanePlan plan, LaneContext context, ILaneOutlet[] outlets, PositionTracker tracker, SizeLimit limit, IIntakeOwner lane) : IBatchOutput
{
    /// <summary>
    /// So many small batches may wait for a target partition, three times what can be in flight. What comes later waits on the source and
    /// is merged when it is fetched (<see cref="MergeRule"/>).
    /// </summary>
    private const int MostSmallBatches = 16;

    private readonly AbortedRanges _aborted = new();
    private readonly OpenRule _rule = new(plan.Policies);

    /// <summary>For each outlet the source offset up to which it has everything.</summary>
    private readonly long[] _deliveredUpTo = new long[outlets.Length];
    private bool _verifies;
    private bool _toldOfControl;
    private MergeRule _merging;
    private Loss? _failed;

    /// <summary>Somebody wants to know where records stand on the target.</summary>
    public required bool WantsRuns { get; init; }

    public bool KeepsOffsets => plan.KeepsOffsets;

    /// <summary>When batches are taken in.</summary>
    public LaneDelay Delay { get; } = new(plan.Delay, plan.Windows, context.Time);

    /// <summary>Where the lane ends.</summary>
    public LaneEnd End { get; } = new(plan.Until, tracker.Read);

    /// <summary>What of the lane is put aside.</summary>
    public required DeadLetters Letters { get; init; }

    /// <summary>Where it counts what it opens.</summary>
    public OpenedBatches Opened => Counters.Opened;

    /// <summary>Where it counts.</summary>
    public required LaneCounters Counters { get; init; }

    public int Place(NullableSpan key) => plan.Place(key);

    /// <summary>The target found a batch corrupt: checksums are looked at from now on.</summary>
    public void Verify() => _verifies = true;

    /// <summary>The outlet has everything up to <paramref name="next"/>.</summary>
    public void Delivered(ILaneOutlet outlet, long next) => _deliveredUpTo[Array.IndexOf(outlets, outlet)] = next;

    /// <summary>An outlet has as much waiting as is sensible.</summary>
    public bool IsFull()
    {
        foreach (var outlet in outlets)
        {
            if (outlet.QueuedBytes > context.QueueBytes || (_merging.FoundSmall && outlet.QueuedBatches >= MostSmallBatches))
            {
                return true;
            }
        }

        return Letters.IsFull;
    }

    /// <summary>Whether an outlet that was full has come down far enough for a lane to fetch again.</summary>
    public bool HasRoom(ILaneOutlet outlet) =>
        !Letters.IsFull && outlet.QueuedBytes <= context.QueueBytes / 2
        && (!_merging.FoundSmall || outlet.QueuedBatches <= MostSmallBatches / 2);

    /// <summary>Hands over a batch that the record path built.</summary>
    public bool Emit(int outlet, ReadOnlySpan<byte> batch, long first, long next, int records, OffsetRun[]? runs)
    {
        var frameOwned = context.Frames.RentNow(batch.Length);
        batch.CopyTo(frameOwned.Memory.Span);
        return lane.Send(outlet,
            new ProduceBatch(frameOwned, frameOwned.Memory, first, next, records, context.Time.GetTimestamp()) { Note = runs });
    }

    public void LeavesOut() => Counters.LeaveOut();

    /// <summary>A record that is not what the rules take: a loss, of which the lane's policy says whether it goes on without it.</summary>
    public RecordFate Fails(long offset, string why) => Letters.Judge(_failed = LaneCauses.Untransformed(plan.Source, offset, why));

    public bool IsRefused(long offset) => Letters.IsRefused(offset);

    public RecordFate IsTooLarge(long offset, int bytes) => plan.ByKey ? RecordFate.Stops
        : Letters.Judge(LaneCauses.Refused(plan, offset, ErrorCode.MessageTooLarge,
            $"it needs a batch of {bytes} bytes, and {limit.Max} are taken"));

    public bool PutAside(in RecordView record, int epoch)
    {
        var (letter, cause) = Letters.Write(record, epoch);
        return lane.PutAside(letter, cause);
    }

    /// <summary>Takes in what was fetched, as far as the lane goes on.</summary>
    public void TakeIn(in FetchedPartition fetched)
    {
        _aborted.Load(fetched.AbortedTransactions);
        var path = context.RecordPaths.Rent();
        try
        {
            var fill = tracker.Read < Letters.OneByOneUntil ? 1 : limit.Fill(context.BatchBytes);
            path.Open(this, tracker, _deliveredUpTo, limit.Max, fill, new AskedOfRecords(plan.Codec, plan.Rules));
            BeginMerging(fetched.Records.Span);
            var walker = new BatchWalker(fetched.Records.Span);
            var flows = true;
            while (flows && !IsGuessedEnough && walker.MoveNext())
            {
                flows = Take(path, fetched.Frame, fetched.Records.Slice(walker.Current.Offset, walker.Current.Size), walker.Current.Magic);
            }

            path.Flush();
            End.Took(tracker.Read);
            if (flows && !IsGuessedEnough && walker.Malformed is { } damage)
            {
                lane.Stop(LaneCauses.Damage(plan.Source, tracker.Read, damage));
            }
        }
        catch (MalformedFrameException malformed)
        {
            path.Flush();
            lane.Stop(LaneCauses.Damage(plan.Source, tracker.Read, malformed.Message));
        }
        finally
        {
            context.RecordPaths.Return(path);
        }
    }

    /// <summary>The rest of the answer is better fetched again when it is known whether to merge it.</summary>
    private bool IsGuessedEnough => _merging.IsGuessing && outlets[0].QueuedBatches >= MostSmallBatches;

    private void BeginMerging(ReadOnlySpan<byte> records)
    {
        var waiting = 0;
        var roundTrip = TimeSpan.Zero;
        foreach (var outlet in outlets)
        {
            waiting = Math.Max(waiting, outlet.QueuedBatches);
            roundTrip = outlet.RoundTrip > roundTrip ? outlet.RoundTrip : roundTrip;
        }

        _merging.Begin(records, context.Lingers, waiting, roundTrip, Math.Min(context.BatchBytes, limit.OfMany));
    }

    /// <summary>Takes in one batch; false when the lane stops here.</summary>
    private bool Take(RecordPath path, Frame frame, Memory<byte> batch, byte magic)
    {
        if (magic < 2)
        {
            return RecordBatch.LastOffset(batch.Span) < path.Read || TakeOld(path, batch.Span);
        }

        var header = new RecordBatchHeader(batch.Span);
        if (header.NextOffset <= path.Read)
        {
            return true;
        }

        if (header.BaseOffset >= End.Offset)
        {
            End.Reach();
            return false;
        }

        if (_verifies && !RecordBatch.IsCrcValid(batch.Span))
        {
            path.Flush();
            lane.Stop(LaneCauses.Damage(plan.Source, header.BaseOffset, "the batch does not match its checksum (CORRUPT_MESSAGE)"));
            return false;
        }

        if (header.IsControl)
        {
            EndAborted(path, batch.Span, header);
            path.Skip(header.NextOffset, header.PartitionLeaderEpoch);
            return true;
        }

        if (context.ReadCommitted && _aborted.Contains(header))
        {
            path.Skip(header.NextOffset, header.PartitionLeaderEpoch);
            return true;
        }

        if (Delay.Holds(header.MaxTimestamp))
        {
            return false;
        }

        if (Limit(path, batch.Span, header.MaxTimestamp) is var limit && limit < header.NextOffset)
        {
            return TakeLast(path, batch.Span, limit, OpenReason.Until, header.PartitionLeaderEpoch);
        }

        if (Why(path, batch.Span, header) is not { } why)
        {
            return Pass(path, frame, batch, header);
        }

        Opened.Add(why);
        return TakeRecords(path, batch.Span, header.NextOffset, header.PartitionLeaderEpoch);
    }

    private bool TakeOld(RecordPath path, ReadOnlySpan<byte> batch)
    {
        var youngest = RecordBatch.MaxTimestamp(batch);
        if (Delay.Holds(youngest))
        {
            return false;
        }

        var next = RecordBatch.LastOffset(batch) + 1;
        if (Limit(path, batch, youngest) is var limit && limit < next)
        {
            return TakeLast(path, batch, limit, OpenReason.OldFormat, epoch: -1);
        }

        Opened.Add(OpenReason.OldFormat);
        return TakeRecords(path, batch, next, epoch: -1);
    }

    /// <summary>The first offset of a batch that is behind the lane's end; beyond the batch where none is.</summary>
    private long Limit(RecordPath path, ReadOnlySpan<byte> batch, long youngest) =>
        Math.Min(End.Offset, youngest >= End.Time ? path.FirstOf(batch, End.Time) : long.MaxValue);

    /// <summary>Takes in the records of a batch that are before <paramref name="limit"/>, where the lane ends.</summary>
    private bool TakeLast(RecordPath path, ReadOnlySpan<byte> batch, long limit, OpenReason why, int epoch)
    {
        if (limit > path.Read)
        {
            Opened.Add(why);
        }

        // Of a damaged batch the times may be others, too.
        if (IsSound(path, batch) && TakeRecords(path, batch, limit, epoch))
        {
            End.Reach();
        }

        return false;
    }

    /// <summary>
    /// Why a batch is opened; null when it passes. Whether rules change it is looked at last: what is opened anyway goes through them once.
    /// </summary>
    private OpenReason? Why(RecordPath path, ReadOnlySpan<byte> batch, in RecordBatchHeader header)
    {
        var isWorthMerging = _merging.IsWorth(header);
        return _rule.Why(header, path.Read, limit.OfMany)
            ?? (header.BaseOffset < Letters.OneByOneUntil ? OpenReason.Refused : (OpenReason?)null)
            ?? (isWorthMerging ? OpenReason.Merging : (OpenReason?)null)
            ?? (plan.Rules is not null && !path.KeepsAll(batch) ? OpenReason.Transforms : null);
    }

    private bool Pass(RecordPath path, Frame frame, Memory<byte> batch, in RecordBatchHeader header)
    {
        if (!path.Flush())
        {
            return false;
        }

        frame.Retain();
        tracker.Begin(header.NextOffset, header.PartitionLeaderEpoch, parts: 1);
        return lane.Send(0,
            new ProduceBatch(frame, batch, header.BaseOffset, header.NextOffset, header.RecordsCount, context.Time.GetTimestamp()));
    }

    private bool TakeRecords(RecordPath path, ReadOnlySpan<byte> batch, long next, int epoch)
    {
        if (next <= path.Read)
        {
            return true;
        }

        if (!IsSound(path, batch))
        {
            return false;
        }

        switch (path.Append(batch, next, epoch))
        {
            case RecordPathResult.Taken:
                return true;
            case RecordPathResult.RecordTooLarge:
                path.Flush();
                if (Letters.IsAwaited(path.Read))
                {
                    lane.Stop(LaneCauses.PutAsideNext(plan.Source, path.Read), passes: true);
                }
                else
                {
                    lane.TooLarge(path.Read, path.TooLargeBytes);
                }

                return false;
            case RecordPathResult.Failed:
                path.Flush();
                lane.Stop(LaneCauses.Failed(_failed!));
                return false;
            case RecordPathResult.NotYet:
                path.Flush();
                lane.Stop(LaneCauses.NotYet(path.Awaits, plan.Source, path.Read, path.Why), passes: true);
                return false;
            default:
                return false;
        }
    }

    /// <summary>
    /// Whether a batch that is opened matches its checksum, where that is looked at; the lane stops before one that does not.
    /// </summary>
    private bool IsSound(RecordPath path, ReadOnlySpan<byte> batch)
    {
        if (!(context.CheckCrcs || _verifies) || RecordBatch.IsCrcValid(batch))
        {
            return true;
        }

        path.Flush();
        lane.Stop(LaneCauses.Damage(plan.Source, path.Read, "the batch does not match its checksum (CORRUPT_MESSAGE)"));
        return false;
    }

    private void EndAborted(RecordPath path, ReadOnlySpan<byte> batch, in RecordBatchHeader header)
    {
        if (path.ReadControl(batch) is not { } control)
        {
            return;
        }

        if (control.Type == ControlRecordType.Abort)
        {
            _aborted.EndAt(header.ProducerId, header.BaseOffset);
        }
        else if (!control.EndsTransaction && !_toldOfControl)
        {
            _toldOfControl = true;
            LogUnknownControl(context.Logger, plan.Source.Topic, plan.Source.Partition, (int)control.Type, header.BaseOffset);
        }
    }
}
