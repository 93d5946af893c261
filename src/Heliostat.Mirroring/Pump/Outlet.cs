using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// One target partition as lanes see it: knows whose batch each acknowledgement is for. A lane that keeps partitions has one of its own;
/// lanes that place records by key share theirs.
/// <para>Locks are taken lane, then outlet, then producer partition; acknowledgements take the outlet's alone, then the lane's.</para>
/// </summary>
internal sealed class Outlet : ILaneOutlet, IProduceSink
{
    private readonly Lock _gate = new();
    private readonly Queue<Lane> _owners = new();
    private bool _halted;
    private bool _tells;

    /// <param name="producer">Writes to it.</param>
    /// <param name="target">Where.</param>
    /// <param name="end">Where the target's log was just seen to end; -1 when that is not known.</param>
    /// <param name="term">What it is written under; null for the producer's own epochs.</param>
    /// <param name="isShared">Others write to it by design.</param>
    public Outlet(Producer producer, TopicPartition target, long end = -1, ProducerTerm? term = null, bool isShared = false)
    {
        Target = target;
        Partition = term is null ? producer.Open(target, this, isShared, end) : term.Open(producer, target, this, end);
    }

    public TopicPartition Target { get; }

    public ProducerPartition Partition { get; }

    public long QueuedBytes => Partition.QueuedBytes;

    public int QueuedBatches => Partition.QueuedBatches;

    public TimeSpan RoundTrip => Partition.RoundTrip;

    public long Transaction => Partition.Transaction;

    public string? Trouble => Partition.Snapshot().Trouble;

    public ErrorCode TroubleCode => Partition.Snapshot().Cause;

    public bool TryEnqueue(Lane owner, in ProduceBatch batch)
    {
        lock (_gate)
        {
            if (_halted)
            {
                batch.FrameOwned.Dispose();
                return false;
            }

            _owners.Enqueue(owner);
            Partition.Enqueue(batch);
            return true;
        }
    }

    public int DropUnsent(Func<long, int> countFrom)
    {
        lock (_gate)
        {
            // After a refusal the owner is told of everything at once.
            if (_halted || Partition.DropUnsent() is var first && first < 0)
            {
                return 0;
            }

            var dropped = countFrom(first);
            for (var batch = 0; batch < dropped; batch++)
            {
                _owners.Dequeue();
            }

            return dropped;
        }
    }

    public void Close(Producer producer) => producer.Close(Partition);

    public void Restart()
    {
        lock (_gate)
        {
            // A lane that has not heard of the refusal yet would go on behind what was dropped.
            if (_halted && !_tells)
            {
                _halted = false;
                Partition.Restart();
            }
        }
    }

    public void Acknowledged(in ProduceBatch batch, long baseOffset)
    {
        Lane owner;
        lock (_gate)
        {
            owner = _owners.Dequeue();
        }

        owner.Acknowledged(this, batch, baseOffset);
    }

    public void Cut(long end)
    {
        Lane[] owners;
        lock (_gate)
        {
            owners = [.. _owners.Distinct()];
        }

        foreach (var owner in owners)
        {
            owner.Cut(end);
        }
    }

    public void Refused(ErrorCode code, string? message)
    {
        Lane[] owners;
        lock (_gate)
        {
            _halted = _tells = true;
            owners = [.. _owners];
            _owners.Clear();
        }

        foreach (var dropped in owners.GroupBy(owner => owner))
        {
            dropped.Key.Refused(this, dropped.Count(), code, message);
        }

        lock (_gate)
        {
            _tells = false;
        }
    }
}
