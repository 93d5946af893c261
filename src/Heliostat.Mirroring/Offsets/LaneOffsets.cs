using Heliostat.Client.Producing;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Tails;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// What is known of where a lane's records stand on the target: its exact offset map, and what of it the offset syncs have not been told
/// yet. Written by the lane that runs, read by whoever translates.
/// </summary>
/// <param name="map">What was known before.</param>
/// <param name="target">The lane's place on the target.</param>
/// <param name="stored">What the offsets topic held of the lane when it began; null where it held nothing.</param>
/// <param name="isTold">Somebody asks for what was stored (<see cref="Tell"/>); otherwise it is not kept.</param>
internal sealed class LaneOffsets(OffsetMap map, TopicPartition target, LanePosition? stored, bool isTold) : ILaneObserver
{
    /// <summary>As long as nobody asks, so many runs are kept: of all that are due at once only the last of a lane is written.</summary>
    private const int MostUntold = 1024;

    private readonly Lock _gate = new();
    private List<StoredRun> _untold = [];

    public OffsetMap Map => map;

    public TopicPartition Target => target;

    public LanePosition? Known => stored;

    public void Stored(in ProduceBatch batch, long baseOffset)
    {
        lock (_gate)
        {
            if (baseOffset < 0)
            {
                // A broker that knows a batch as a duplicate may not say where it stands: a hole that is marked as unknown.
                map.ResumeAt(batch.NextSourceOffset, target: null);
                return;
            }

            var at = baseOffset;
            if (batch.Note is not OffsetRun[] runs)
            {
                Take(new StoredRun(batch.FirstSourceOffset, at, batch.RecordCount));
                return;
            }

            foreach (var run in runs)
            {
                Take(new StoredRun(run.First, at, run.Count));
                at += run.Count;
            }
        }
    }

    public void Filled(long from, long to)
    {
        lock (_gate)
        {
            for (var at = from; at < to;)
            {
                var count = (int)Math.Min(to - at, int.MaxValue / 4);
                Take(new StoredRun(at, at, count));
                at += count;
            }
        }
    }

    /// <summary>Records were found on the target that a mirror before this one delivered.</summary>
    public void Found(IReadOnlyList<TailRun> runs)
    {
        lock (_gate)
        {
            for (var i = 0; i < runs.Count; i++)
            {
                var run = runs[i];
                if (i == 0 || run.IsAfterUnknown)
                {
                    map.ResumeAt(run.Source, run.Target);
                }

                Take(new StoredRun(run.Source, run.Target, checked((int)run.Count)));
            }
        }
    }

    /// <summary>Tells <paramref name="emitter"/> what was stored since it was last told.</summary>
    public void Tell(OffsetSyncEmitter emitter)
    {
        List<StoredRun> told;
        lock (_gate)
        {
            if (_untold.Count == 0)
            {
                return;
            }

            (told, _untold) = (_untold, []);
        }

        foreach (var run in told)
        {
            emitter.Acknowledged(map.SourcePartition, run.Source, run.Target, run.Count);
        }
    }

    private void Take(StoredRun run)
    {
        map.Append(run.Source, run.Target, run.Count);
        if (!isTold)
        {
            return;
        }

        if (_untold.Count > 0 && _untold[^1] is var last && last.Source + last.Count == run.Source && last.Target + last.Count == run.Target
            && last.Count < int.MaxValue / 2)
        {
            _untold[^1] = last with { Count = last.Count + run.Count };
        }
        else
        {
            if (_untold.Count == MostUntold)
            {
                _untold.RemoveRange(0, MostUntold / 2);
            }

            _untold.Add(run);
        }
    }

    private readonly record struct StoredRun(long Source, long Target, int Count);
}
