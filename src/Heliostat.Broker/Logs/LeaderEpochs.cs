namespace Heliostat.Broker.Logs;

/// <summary>Which leader epoch wrote from which offset on (LeaderEpochFileCache). Guarded by the log's lock.</summary>
internal sealed class LeaderEpochs
{
    public const int Unknown = -1;
    public const long UnknownOffset = -1;

    private readonly List<(int Epoch, long StartOffset)> _entries = [];

    public IReadOnlyList<(int Epoch, long StartOffset)> Entries => _entries;

    public int Latest => _entries.Count == 0 ? Unknown : _entries[^1].Epoch;

    /// <summary>The leader of <paramref name="epoch"/> writes from <paramref name="startOffset"/> on.</summary>
    public void Assign(int epoch, long startOffset)
    {
        if (epoch <= Latest) return;

        _entries.RemoveAll(entry => entry.StartOffset >= startOffset);
        _entries.Add((epoch, startOffset));
    }

    /// <summary>The epoch that wrote the record at <paramref name="offset"/>.</summary>
    public int At(long offset)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].StartOffset <= offset) return _entries[i].Epoch;
        }

        return Unknown;
    }

    /// <summary>The largest epoch not above the one asked for, and where it ended; -1 and -1 when the epoch is newer than all.</summary>
    public (int Epoch, long EndOffset) EndOf(int epoch, long logEndOffset)
    {
        if (epoch < 0 || _entries.Count == 0 || epoch > Latest) return (Unknown, UnknownOffset);
        if (epoch == Latest) return (epoch, logEndOffset);

        var floor = epoch;
        foreach (var entry in _entries)
        {
            if (entry.Epoch > epoch) return (floor, entry.StartOffset);
            floor = entry.Epoch;
        }

        return (floor, logEndOffset);
    }

    /// <summary>Forgets what was written from <paramref name="endOffset"/> on.</summary>
    public void TruncateFrom(long endOffset) => _entries.RemoveAll(entry => entry.StartOffset >= endOffset);

    /// <summary>Forgets the epochs of which nothing is left.</summary>
    public void ForgetBelow(long logStartOffset)
    {
        while (_entries.Count > 1 && _entries[1].StartOffset <= logStartOffset) _entries.RemoveAt(0);
        if (_entries.Count > 0 && _entries[0].StartOffset < logStartOffset) _entries[0] = (_entries[0].Epoch, logStartOffset);
    }
}
