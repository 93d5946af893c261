using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Losses;

/// <summary>One source log and a lane that mirrors it, both as lists of records that are all different; the truth is known.</summary>
internal sealed class LogModel(Random random)
{
    private readonly List<(int Id, int Epoch)> _log = [];
    private readonly List<int> _mirrored = [];
    private Guid _topic = Guid.NewGuid();
    private int _epoch;
    private int _start;
    private int _records;
    private LanePosition _position = new(0, -1);

    /// <summary>Lets things happen; the lane's position at the end.</summary>
    public LanePosition Run(int steps)
    {
        Append();
        Mirror();
        for (var step = 0; step < steps; step++)
        {
            switch (random.Next(8))
            {
                case < 3:
                    Append();
                    break;
                case 3:
                    Elect();
                    break;
                case 4:
                    _start = Math.Min(_log.Count, _start + random.Next(4));
                    break;
                case 5 when random.Next(4) == 0:
                    Recreate();
                    break;
                default:
                    if (Expected(_position) is null)
                    {
                        Mirror();
                    }

                    break;
            }
        }

        return _position;
    }

    public LaneFacts Facts(LanePosition position) => new()
    {
        Position = position,
        Topics = new TopicIds(_topic, Guid.Empty),
        SourcePartitions = 4,
        LogStart = _start,
        LogEnd = _log.Count,
        EpochEnd = position.LeaderEpoch < 0 ? null : EndOf(position.LeaderEpoch),
    };

    /// <summary>What going on at the position would lose or mix, from the records themselves.</summary>
    public LossKind? Expected(LanePosition position)
    {
        if (position.Topics.Source != Guid.Empty && position.Topics.Source != _topic)
        {
            return LossKind.Recreated;
        }

        // What retention took cannot be compared any more; what is left must be what was mirrored.
        var offset = (int)position.Offset;
        for (var at = _start; at < offset; at++)
        {
            if (at >= _log.Count || _log[at].Id != _mirrored[at])
            {
                return LossKind.Truncated;
            }
        }

        return _start > offset ? LossKind.Gap : null;
    }

    private void Append()
    {
        for (var count = 1 + random.Next(4); count > 0; count--)
        {
            _log.Add((_records++, _epoch));
        }
    }

    private void Elect()
    {
        _epoch++;
        if (random.Next(2) == 0)
        {
            var keep = _start + random.Next(_log.Count - _start + 1);
            _log.RemoveRange(keep, _log.Count - keep);
        }
    }

    private void Recreate()
    {
        _log.Clear();
        _start = 0;
        _epoch = 0;
        _topic = Guid.NewGuid();
        Append();
        Append();
    }

    private void Mirror()
    {
        while (_mirrored.Count < _start)
        {
            _mirrored.Add(-1);
        }

        for (var at = Math.Max((int)_position.Offset, _start); at < _log.Count; at++)
        {
            if (_mirrored.Count > at)
            {
                _mirrored[at] = _log[at].Id;
            }
            else
            {
                _mirrored.Add(_log[at].Id);
            }
        }

        var epoch = _log.Count > _start ? _log[^1].Epoch : _position.LeaderEpoch;
        _position = new LanePosition(_log.Count, epoch) { Topics = new TopicIds(_topic, Guid.Empty) };
    }

    /// <summary>
    /// As a leader answers: the start of the next epoch it has, -1 where the one asked for is newer than all
    /// (<c>LeaderEpochFileCache.endOffsetFor</c>).
    /// </summary>
    private long EndOf(int epoch)
    {
        if (epoch == _epoch)
        {
            return _log.Count;
        }

        for (var at = _start; at < _log.Count; at++)
        {
            if (_log[at].Epoch > epoch)
            {
                return at;
            }
        }

        return epoch > _epoch ? -1 : _log.Count;
    }
}
