using Heliostat.Client.Producing;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>What of a lane is on its way to the target, and what has arrived there. Behind the lane's lock.</summary>
/// <param name="plan">What was decided for the lane.</param>
/// <param name="outlets">Where batches go.</param>
/// <param name="tracker">The lane's.</param>
/// <param name="start">Where it starts.</param>
internal sealed class Delivery(LanePlan plan, ILaneOutlet[] outlets, PositionTracker tracker, LanePosition start)
{
    private long _lastTarget = start.LastTargetOffset;
    private bool _isCommitted = start.IsCommitted;
    private TopicIds _topics = start.Topics;

    /// <summary>
    /// Where the target was to go on when it jumped; older copies of what is sent again may stand from there on. Null when it did not, or
    /// is beyond it.
    /// </summary>
    private long? _jumpedFrom;
    private long _furthest = start.LastTargetOffset;

    /// <summary>The transaction of the last batch that arrived; 0 where it is in none.</summary>
    private long _transaction;
    private long? _lostFrom;
    private bool _needsRewind;
    private TaskCompletionSource? _settled;
    private int _aside;

    /// <summary>Records that are put aside are on their way.</summary>
    public bool HasAside => _aside > 0;

    /// <summary>Batches that are not answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>What may be committed.</summary>
    public LanePosition Position => new(tracker.Acknowledged, tracker.AcknowledgedEpoch, plan.ByKey ? -1 : _lastTarget)
    {
        Topics = _topics,
        TargetEnd = _lostFrom,
        IsCommitted = _isCommitted && !plan.ByKey,
    };

    /// <summary>
    /// Where the target goes on at the least: behind what it acknowledged, and behind its marker where another transaction began since.
    /// </summary>
    public long Next => _lastTarget + 1 + (_transaction > 0 && outlets[0].Transaction > _transaction ? 1 : 0);

    /// <summary>The topics have no ids: a log that is shorter than before may be another one.</summary>
    public bool IsOfNamesOnly => _topics.Source == Guid.Empty;

    /// <summary>Ends when nothing is in flight.</summary>
    public Task Settled => InFlight == 0
        ? Task.CompletedTask
        : (_settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>A batch is on its way; true when it is the only one.</summary>
    public bool Sent() => InFlight++ == 0;

    /// <summary>A record that is put aside is on its way; true when nothing else is.</summary>
    public bool SentAside()
    {
        _aside++;
        return Sent();
    }

    /// <summary>A record is where it was put aside.</summary>
    public void ArrivedAside(in ProduceBatch letter)
    {
        _aside--;
        tracker.Complete(letter.NextSourceOffset);
        Ended(1);
    }

    /// <summary>The target holds a batch.</summary>
    public void Arrived(in ProduceBatch batch, long baseOffset)
    {
        tracker.Complete(batch.NextSourceOffset);
        var next = Next;
        if (baseOffset > _furthest)
        {
            _jumpedFrom = _lastTarget >= 0 && baseOffset > Math.Max(next, plan.TargetEnd) ? next : null;
            _furthest = baseOffset + batch.RecordCount - 1;
        }

        // A broker that knows a batch as a duplicate may not say where it stands: behind the one before it, as nothing else of ours is in
        // between.
        var first = baseOffset >= 0 ? baseOffset : _lastTarget >= 0 ? next : -batch.RecordCount;
        _lastTarget = first + batch.RecordCount - 1;
        _transaction = outlets[0].Transaction;
        _isCommitted = _transaction > 0 && baseOffset >= 0;
        _topics = _topics with { Target = plan.Topics.Target };
        Ended(1);
    }

    /// <summary>
    /// Whether a batch that was stored there stands where something older of ours stood: the target lost that, and what came after it.
    /// </summary>
    public bool IsBack(long baseOffset) =>
        _lostFrom is not null || (!plan.ByKey && _lastTarget >= 0 && baseOffset >= 0 && baseOffset < Next && !(_jumpedFrom <= baseOffset));

    /// <summary>
    /// A batch of which <see cref="IsBack"/> does not count as delivered: what stood there has to come before it. Where it has the place of
    /// the marker behind the last record, that was lost, or its marker was.
    /// </summary>
    public void Lost(long baseOffset)
    {
        Cut(baseOffset);
        Dropped(1);
    }

    /// <summary>The target's log ended there.</summary>
    public void Cut(long end)
    {
        if (!plan.ByKey) _lostFrom ??= Math.Min(end, _lastTarget);
    }

    /// <summary>Batches were given up, or records that were to be put aside.</summary>
    public void Dropped(int batches, bool areAside = false)
    {
        _aside -= areAside ? batches : 0;
        _needsRewind = true;
        Ended(batches);
    }

    /// <summary>What was taken in after the position is taken in again, once nothing is in flight.</summary>
    public void RewindLater() => _needsRewind = true;

    /// <summary>
    /// Gives back what was not sent, to be fetched again later: how many batches. Only a lane all of which is in an outlet of its own can
    /// do so.
    /// </summary>
    public int GiveBack()
    {
        var dropped = plan.ByKey || HasAside ? 0 : outlets[0].DropUnsent(tracker.Truncate);
        Ended(dropped);
        return dropped;
    }

    /// <summary>Takes batches again; nothing is in flight.</summary>
    public void Restart()
    {
        foreach (var outlet in outlets)
        {
            outlet.Restart();
        }

        if (_needsRewind)
        {
            tracker.Rewind();
            _needsRewind = false;
        }
    }

    private void Ended(int batches)
    {
        InFlight -= batches;
        if (InFlight <= 0)
        {
            _settled?.TrySetResult();
            _settled = null;
        }
    }
}
