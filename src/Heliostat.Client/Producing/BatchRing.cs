namespace Heliostat.Client.Producing;

/// <summary>
/// Batches in order, addressed by their place from the oldest; grows to the longest queue seen and allocates nothing after that.
/// </summary>
internal sealed class BatchRing
{
    private Entry[] _entries = [];
    private int _head;

    public int Count { get; private set; }

    /// <summary>Bytes of all batches.</summary>
    public long Bytes { get; private set; }

    public ref Entry this[int place] => ref _entries[(_head + place) & (_entries.Length - 1)];

    public void Add(in ProduceBatch batch)
    {
        if (Count == _entries.Length) Grow();

        this[Count++] = new Entry { Batch = batch };
        Bytes += batch.Bytes.Length;
    }

    public void RemoveFirst()
    {
        Bytes -= this[0].Batch.Bytes.Length;
        this[0] = default;
        _head = (_head + 1) & (_entries.Length - 1);
        Count--;
    }

    /// <summary>Removes the batches from <paramref name="place"/> on and gives back their frames.</summary>
    public void DropFrom(int place)
    {
        while (Count > place)
        {
            ref var last = ref this[Count - 1];
            Bytes -= last.Batch.Bytes.Length;
            last.Batch.FrameOwned.Dispose();
            last = default;
            Count--;
        }
    }

    /// <summary>The place of the oldest batch that is appended; -1 for none.</summary>
    public int FirstAppended()
    {
        var place = 0;
        while (place < Count && !this[place].Appended) place++;
        return place < Count ? place : -1;
    }

    public bool AnyMayBeAppended()
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i].MayBeAppended || this[i].Appended) return true;
        }

        return false;
    }

    private void Grow()
    {
        var grown = new Entry[Math.Max(8, _entries.Length * 2)];
        for (var i = 0; i < Count; i++) grown[i] = this[i];
        _entries = grown;
        _head = 0;
    }

    /// <summary>A batch and what is known of it in the present epoch.</summary>
    internal struct Entry
    {
        public ProduceBatch Batch;
        public int Sequence;

        /// <summary>It was sent at least once, under <see cref="Sequence"/>.</summary>
        public bool Sequenced;

        /// <summary>It was sent, and no answer said for certain that the target does not hold it.</summary>
        public bool MayBeAppended;

        public bool Appended;
        public long BaseOffset;
    }
}
