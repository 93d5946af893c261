using System.Globalization;
using System.Text;

namespace Heliostat.Broker.Logs;

/// <summary>Which leader epoch wrote from which offset on (LeaderEpochFileCache). Guarded by the log's lock.</summary>
internal sealed class LeaderEpochs
{
    public const int Unknown = -1;
    public const long UnknownOffset = -1;

    private readonly List<(int Epoch, long StartOffset)> _entries = [];

    public IReadOnlyList<(int Epoch, long StartOffset)> Entries => _entries;

    public int Latest => _entries.Count == 0 ? Unknown : _entries[^1].Epoch;

    /// <summary>
    /// The leader of <paramref name="epoch"/> writes from <paramref name="startOffset"/> on; false when that changes nothing.
    /// </summary>
    public bool Assign(int epoch, long startOffset)
    {
        if (epoch <= Latest) return false;

        _entries.RemoveAll(entry => entry.StartOffset >= startOffset);
        _entries.Add((epoch, startOffset));
        return true;
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

    /// <summary>As Kafka writes them down: version 0, how many, and a line for each.</summary>
    public byte[] Encode()
    {
        var text = new StringBuilder().Append("0\n").Append(_entries.Count).Append('\n');
        foreach (var (epoch, startOffset) in _entries) text.Append(CultureInfo.InvariantCulture, $"{epoch} {startOffset}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Takes over what was written down; false, and nothing taken over, when that is not whole.</summary>
    public bool Restore(ReadOnlySpan<byte> encoded)
    {
        _entries.Clear();
        var lines = Encoding.ASCII.GetString(encoded).Split('\n');
        if (lines.Length < 3 || lines[0] != "0" || lines[1] != (lines.Length - 3).ToString(CultureInfo.InvariantCulture)) return false;

        foreach (var line in lines[2..^1])
        {
            var parts = line.Split(' ');
            if (parts.Length != 2
                || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
                || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var startOffset)
                || epoch <= Latest)
            {
                _entries.Clear();
                return false;
            }

            _entries.Add((epoch, startOffset));
        }

        return true;
    }

    /// <summary>Forgets what was written from <paramref name="endOffset"/> on.</summary>
    public void TruncateFrom(long endOffset) => _entries.RemoveAll(entry => entry.StartOffset >= endOffset);

    /// <summary>Forgets the epochs of which nothing is left; false when that changes nothing.</summary>
    public bool ForgetBelow(long logStartOffset)
    {
        var count = _entries.Count;
        while (_entries.Count > 1 && _entries[1].StartOffset <= logStartOffset) _entries.RemoveAt(0);
        if (_entries.Count == 0 || _entries[0].StartOffset >= logStartOffset) return count != _entries.Count;

        _entries[0] = (_entries[0].Epoch, logStartOffset);
        return true;
    }
}
