using Heliostat.Client.Producing;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Records of a lane that go to the topic of dead letters: which, what they look like there, and how far all of them have arrived. Behind
/// the lane's lock.
/// <list type="bullet">
/// <item>A. A letter is an entry of the tracker: no position passes it before it has arrived.</item>
/// <item>B. What rules do not take is left out of every comparison with the target, so the lane goes on at once. Of what the target refuses
/// nothing else tells: the lane writes such a letter when all before it is taken, and sends nothing behind it until its position is
/// stored.</item>
/// <item>C. Which record of a batch is refused is found by sending its records one by one, of which the first that is refused is it.</item>
/// </list>
/// </summary>
/// <param name="plan">What was decided for the lane.</param>
/// <param name="context">What it shares with others: where letters go.</param>
/// <param name="tracker">The lane's.</param>
/// <param name="delivery">What of it is on its way.</param>
internal sealed class DeadLetters(LanePlan plan, LaneContext context, PositionTracker tracker, Delivery delivery)
{
    private long _arrivedUpTo;
    private long _awaited = -1;
    private Loss? _refused;

    /// <summary>Why the next one is put aside.</summary>
    private Loss? _cause;

    /// <summary>Where letters go; null where the lane has no such place.</summary>
    public ILaneOutlet? Outlet => plan.KeepsOffsets ? null : context.DeadLetters;

    /// <summary>As much waits there, of whatever lane, as is sensible.</summary>
    public bool IsFull => Outlet?.QueuedBytes > context.QueueBytes;

    /// <summary>Batches that begin before it are opened, and their records sent one by one.</summary>
    public long OneByOneUntil { get; private set; }

    /// <summary>
    /// What comes before it is not all taken: a record that the target refuses waits until it is, or the lane would be opened anew before
    /// something else that is refused, and the letter written once more.
    /// </summary>
    private bool IsEarly => delivery.InFlight > 0;

    /// <summary>What becomes of a record that cannot be mirrored for <paramref name="loss"/>.</summary>
    public RecordFate Judge(Loss loss)
    {
        if (loss.Position < _arrivedUpTo)
        {
            return RecordFate.LeftOut;
        }

        var action = context.Lost(loss);
        if (action == LossAction.DeadLetter && Outlet is not null && (loss.Kind == LossKind.Untransformed || !IsEarly))
        {
            _cause = loss;
            return RecordFate.PutAside;
        }

        _awaited = action == LossAction.DeadLetter && Outlet is not null ? loss.Position : -1;
        return action == LossAction.Record && loss.Kind == LossKind.Untransformed ? RecordFate.LeftOut : RecordFate.Stops;
    }

    /// <summary>The record there is put aside once all before it is taken.</summary>
    public bool IsAwaited(long offset) => offset <= _awaited;

    /// <summary>Whether the target refused this record; it is to be put aside then.</summary>
    public bool IsRefused(long offset)
    {
        if (_refused is not { } loss || offset < loss.Position)
        {
            return false;
        }

        _refused = null;
        _cause = loss with { Position = offset, GoOnAt = offset + 1 };
        return !IsEarly;
    }

    /// <summary>
    /// The target refused the batch at the position for what is in it: whether it is sent again, to find the record or without it.
    /// </summary>
    /// <param name="code">What the target answered.</param>
    /// <param name="message">And what it said.</param>
    /// <param name="isAlone">The batch has one record.</param>
    public bool TryIsolate(ErrorCode code, string? message, bool isAlone)
    {
        if (plan.ByKey || delivery.HasAside || Outlet is null || !IsOfRecord(code))
        {
            return false;
        }

        var loss = LaneCauses.Refused(plan, tracker.Acknowledged, code, message);
        if (context.Lost(loss) != LossAction.DeadLetter)
        {
            return false;
        }

        if (isAlone || tracker.Acknowledged < OneByOneUntil)
        {
            _refused = loss;
        }
        else
        {
            OneByOneUntil = tracker.FirstNext;
        }

        return true;
    }

    /// <summary>The letter of a record that was just said to be put aside; it is an entry of the tracker from then on.</summary>
    public (ProduceBatch Batch, Loss Cause) Write(in RecordView record, int epoch)
    {
        var cause = _cause!;
        using var headers = new RecordHeadersBuilder();
        using var builder = new RecordBatchBuilder();
        headers.Add(record.Headers);
        DeadLetterHeaders.Add(headers, plan.Source, cause, context.Connector);
        builder.Append(record.Timestamp, record.Key, record.Value, headers.Headers);
        var batch = builder.Build();
        var frameOwned = context.Frames.RentNow(batch.Length);
        batch.CopyTo(frameOwned.Memory.Span);
        tracker.Begin(record.Offset + 1, epoch, parts: 1);
        return (new ProduceBatch(frameOwned, frameOwned.Memory, record.Offset, record.Offset + 1, 1, context.Time.GetTimestamp())
        {
            Note = cause
        }, cause);
    }

    /// <summary>A letter has arrived. Null where the lane goes on at once; else nothing but its position tells of the record.</summary>
    public Loss? Arrived(in ProduceBatch letter)
    {
        var cause = (Loss)letter.Note!;
        _arrivedUpTo = Math.Max(_arrivedUpTo, letter.NextSourceOffset);
        delivery.ArrivedAside(letter);
        context.PutAside(cause);
        return cause.Kind == LossKind.Untransformed ? null : cause;
    }

    /// <summary>Whether it is about a record, and not about the topic or who writes.</summary>
    private static bool IsOfRecord(ErrorCode code) => code is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge
        or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.UnsupportedForMessageFormat;
}
