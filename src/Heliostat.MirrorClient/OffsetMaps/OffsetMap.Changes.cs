namespace Heliostat.MirrorClient.OffsetMaps;

internal sealed partial class OffsetMap
{
    private readonly SortedDictionary<int, long> _changes = [];
    private long _change;

    /// <summary>Whether there is something to write.</summary>
    public bool HasChanges
    {
        get
        {
            lock (_lock)
            {
                return _changes.Count > 0;
            }
        }
    }

    /// <summary>
    /// The records to write, in this order and into one partition (<see cref="OffsetMapKey.PartitionAmong"/>). They come again until
    /// <see cref="Written"/> is told of them. Positions that are stored must not run ahead of what is written here, or there are holes to
    /// be marked by <see cref="ResumeAt"/>.
    /// </summary>
    public IReadOnlyList<OffsetMapRecord> Changes()
    {
        lock (_lock)
        {
            return [.. _changes.Select(change => new OffsetMapRecord(new(SourcePartition, change.Key), Chunk(change.Key)?.Write())
            {
                Change = change.Value
            })];
        }
    }

    /// <summary>These records are acknowledged; what changed since comes again.</summary>
    public void Written(IReadOnlyList<OffsetMapRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        lock (_lock)
        {
            foreach (var record in records)
            {
                if (_changes.TryGetValue(record.Key.Chunk, out var change) && change == record.Change)
                {
                    _changes.Remove(record.Key.Chunk);
                }
            }
        }
    }

    /// <summary>Takes the parts over, which join each other, and has the others deleted.</summary>
    internal void Load(IReadOnlyList<OffsetMapChunk> chunks, IEnumerable<int> stale)
    {
        if (chunks.Count > 0)
        {
            _sealed.AddRange(chunks.Take(chunks.Count - 1));
            _open = chunks[^1].Before(long.MaxValue, onSource: true, chunks[^1].Generation);
        }

        foreach (var number in stale)
        {
            Changed(number);
        }
    }

    private void Changed(int chunk) => _changes[chunk] = ++_change;

    private OffsetMapChunk? Chunk(int number)
    {
        var first = _open.Number - _sealed.Count;
        return number == _open.Number ? _open : number >= first && number < _open.Number ? _sealed[number - first] : null;
    }
}
