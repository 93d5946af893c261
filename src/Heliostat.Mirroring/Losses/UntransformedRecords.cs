using System.Collections.Concurrent;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Records that rules do not take, as they are told of: of each lane some in a second one by one, and what else comes within it together,
/// as one loss. There may be any number of them: none is kept. Thread-safe.
/// </summary>
internal sealed class UntransformedRecords(TimeProvider time)
{
    /// <summary>So many of a lane are told one by one in a second.</summary>
    public const int OneByOne = 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TopicPartition, Burst> _lanes = new();

    /// <summary>
    /// Takes in one; false when it was met before, as the lane came by a second time: it meets them in the order of its log.
    /// </summary>
    /// <param name="loss">The record.</param>
    /// <param name="told">What is to be told now: this one, and what was gathered before it.</param>
    public bool TryTake(Loss loss, out IReadOnlyList<Loss> told)
    {
        var burst = _lanes.GetOrAdd(loss.Lane, static _ => new Burst());
        lock (burst)
        {
            told = [];
            if (loss.Position <= burst.Last)
            {
                return false;
            }

            burst.Last = loss.Position;
            if (burst.Told == 0 || time.GetElapsedTime(burst.Began) >= Second)
            {
                told = burst.Rest() is { } rest ? [rest, loss] : [loss];
                (burst.Began, burst.Told) = (time.GetTimestamp(), 1);
            }
            else if (burst.Told < OneByOne)
            {
                burst.Told++;
                told = [loss];
            }
            else
            {
                burst.Gather(loss);
            }

            return true;
        }
    }

    /// <summary>What was gathered and not told yet; of seconds that are over only, or all of it.</summary>
    public IReadOnlyList<Loss> Rest(bool all)
    {
        List<Loss> rest = [];
        foreach (var burst in _lanes.Values)
        {
            lock (burst)
            {
                if ((all || time.GetElapsedTime(burst.Began) >= Second) && burst.Rest() is { } gathered)
                {
                    rest.Add(gathered);
                }
            }
        }

        return rest;
    }

    /// <summary>The lane is looked at anew; what is not told yet of it is returned.</summary>
    public Loss? Forget(TopicPartition lane)
    {
        if (!_lanes.TryRemove(lane, out var burst))
        {
            return null;
        }

        lock (burst)
        {
            return burst.Rest();
        }
    }

    /// <summary>What a lane met in a second.</summary>
    private sealed class Burst
    {
        private Loss? _first;
        private Loss? _latest;
        private long _count;

        /// <summary>The last record that it met.</summary>
        public long Last { get; set; } = -1;

        /// <summary>When the second began.</summary>
        public long Began { get; set; }

        /// <summary>How many were told in it.</summary>
        public int Told { get; set; }

        public void Gather(Loss loss)
        {
            _first ??= loss;
            _latest = loss;
            _count++;
        }

        /// <summary>What was gathered, as one loss; null for nothing.</summary>
        public Loss? Rest()
        {
            if (_first is not { } first || _latest is not { } latest)
            {
                return null;
            }

            var rest = _count == 1 ? first : LaneCauses.Untransformed(first, latest, _count);
            (_first, _latest, _count) = (null, null, 0);
            return rest;
        }
    }
}
