using Heliostat.Mirroring.Comparing;

namespace Heliostat.Mirroring.Audit;

/// <summary>Records that were read ahead.</summary>
internal sealed class RecordQueue
{
    private readonly List<LogRecord> _records = [];
    private int _head;

    public int Count => _records.Count - _head;

    public LogRecord this[int index] => _records[_head + index];

    public void Add(in LogRecord record) => _records.Add(record);

    public void Drop(int count)
    {
        _head += count;
        if (_head > 4096 && _head * 2 > _records.Count)
        {
            _records.RemoveRange(0, _head);
            _head = 0;
        }
    }

    /// <summary>What the log lacks before the record at <paramref name="index"/> and those ahead of it.</summary>
    public long HolesTo(int index)
    {
        var holes = 0L;
        for (var i = 0; i <= Math.Min(index, Count - 1); i++)
        {
            holes += this[i].Hole;
        }

        return holes;
    }
}
