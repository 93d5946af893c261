using System.Diagnostics;

namespace Heliostat.Mirroring.Records;

/// <summary>
/// Turns acknowledgements into a position: everything before <see cref="Acknowledged"/> is on the target or was rightly left out.
/// <list type="bullet">
/// <item>A. Entries are in source order, each ending where the next begins or before it.</item>
/// <item>B. <see cref="Acknowledged"/> never passes an entry with parts outstanding: it is the contiguous prefix.</item>
/// <item>C. What is skipped (control batches, aborted records) counts as soon as all before it is acknowledged.</item>
/// <item>D. A position goes with the leader epoch of the batch before it (KIP-320), never with that of a later one: an epoch that is newer
/// than the records vouched for would report a truncation of what lies behind them as one of them.</item>
/// </list>
/// Not thread-safe: the lane's lock guards it.
/// </summary>
internal sealed class PositionTracker(long start, int startEpoch = -1)
{
    private Entry[] _ring = new Entry[8];
    private int _head;
    private int _count;

    /// <summary>The next source offset that is not known to be on the target.</summary>
    public long Acknowledged { get; private set; } = start;

    /// <summary>The leader epoch of the batch before <see cref="Acknowledged"/>; -1 when it is not known.</summary>
    public int AcknowledgedEpoch { get; private set; } = startEpoch;

    /// <summary>The next source offset that has not been taken in.</summary>
    public long Read { get; private set; } = start;

    /// <summary>The leader epoch of the batch before <see cref="Read"/>; -1 when it is not known.</summary>
    public int ReadEpoch { get; private set; } = startEpoch;

    /// <summary>Up to where the first that is outstanding goes.</summary>
    public long FirstNext => _count > 0 ? _ring[_head].Next : Read;

    /// <summary>Whether nothing is outstanding.</summary>
    public bool IsSettled => _count == 0;

    /// <summary>
    /// Takes in source offsets up to <paramref name="next"/>, the last of leader epoch <paramref name="epoch"/>, which are acknowledged by
    /// <paramref name="parts"/> calls of <see cref="Complete"/>.
    /// </summary>
    public void Begin(long next, int epoch, int parts)
    {
        if (parts == 0)
        {
            Skip(next, epoch);
            return;
        }

        (Read, ReadEpoch) = (next, epoch);
        Push(new Entry { Next = next, Epoch = epoch, Parts = parts });
        CheckInvariants();
    }

    /// <summary>Takes in source offsets up to <paramref name="next"/> that need no acknowledgement.</summary>
    public void Skip(long next, int epoch)
    {
        (Read, ReadEpoch) = (next, epoch);
        if (_count == 0)
        {
            (Acknowledged, AcknowledgedEpoch) = (next, epoch);
        }
        else if (_ring[Slot(_count - 1)] is { Parts: 0 })
        {
            _ring[Slot(_count - 1)] = new Entry { Next = next, Epoch = epoch };
        }
        else
        {
            Push(new Entry { Next = next, Epoch = epoch });
        }

        CheckInvariants();
    }

    /// <summary>One part of the entry that ends at <paramref name="next"/> is acknowledged.</summary>
    public void Complete(long next)
    {
        ref var entry = ref _ring[Slot(IndexOf(next))];
        entry.Parts--;
        while (_count > 0 && _ring[_head].Parts == 0)
        {
            (Acknowledged, AcknowledgedEpoch) = (_ring[_head].Next, _ring[_head].Epoch);
            _head = Slot(1);
            _count--;
        }

        CheckInvariants();
    }

    /// <summary>Forgets what is outstanding: it will be taken in again from <see cref="Acknowledged"/>.</summary>
    public void Rewind()
    {
        _count = 0;
        (Read, ReadEpoch) = (Acknowledged, AcknowledgedEpoch);
    }

    /// <summary>
    /// Forgets what is outstanding from <paramref name="from"/> on: it will be taken in again from there. Returns how many parts are
    /// awaited no more.
    /// </summary>
    public int Truncate(long from)
    {
        var parts = 0;
        while (_count > 0 && _ring[Slot(_count - 1)].Next > from)
        {
            parts += _ring[Slot(--_count)].Parts;
        }

        Read = Math.Max(from, Acknowledged);
        ReadEpoch = _count > 0 ? _ring[Slot(_count - 1)].Epoch : AcknowledgedEpoch;
        CheckInvariants();
        return parts;
    }

    private int Slot(int index) => (_head + index) & (_ring.Length - 1);

    private void Push(in Entry entry)
    {
        if (_count == _ring.Length)
        {
            var larger = new Entry[_ring.Length * 2];
            for (var i = 0; i < _count; i++)
            {
                larger[i] = _ring[Slot(i)];
            }

            _ring = larger;
            _head = 0;
        }

        _ring[Slot(_count++)] = entry;
    }

    /// <summary>Acknowledgements mostly come in order, so the entry is nearly always the first.</summary>
    private int IndexOf(long next)
    {
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _ring[Slot(i)];
            if (entry.Next == next && entry.Parts > 0)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"acknowledgement of offset {next}, which is not outstanding");
    }

    [Conditional("DEBUG")]
    private void CheckInvariants()
    {
        Debug.Assert(_count > 0 || Acknowledged == Read, "B");
        Debug.Assert(_count == 0 || _ring[_head].Parts > 0, "C");
        var end = Acknowledged;
        for (var i = 0; i < _count; i++)
        {
            Debug.Assert(_ring[Slot(i)].Next >= end, "A");
            end = _ring[Slot(i)].Next;
        }

        Debug.Assert(end <= Read, "A");
    }

    private struct Entry
    {
        public long Next;
        public int Epoch;
        public int Parts;
    }
}
