using Heliostat.MirrorClient.OffsetMaps;

namespace Heliostat.MirrorClient.Tests.OffsetMaps;

/// <summary>
/// A lane with a target log, stored positions and a written map, either of which may be behind when it crashes. Then it loads the map,
/// resumes at the position, and mirrors again what the position had not seen.
/// </summary>
internal sealed class CrashingLane
{
    private const long Nothing = -1;
    private static readonly TopicPartition Lane = new("orders", 0);

    /// <summary>The source offset of each record in the target's log; what did not come from the source is <see cref="Nothing"/>.</summary>
    private readonly List<long> _target = [];
    private readonly List<OffsetMapRecord> _written = [];
    private OffsetMap _map = new(Lane, chunkBytes: 12);
    private long _next;
    private (long Source, long? Target) _position = (0, 0);

    public void Take(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Append or StepKind.Again or StepKind.TargetLoss:
                Mirror(step.A, step.B);
                break;
            case StepKind.Truncate:
                WriteMap();
                break;
            case StepKind.Store:
                _position = (_next, step.B == 0 ? null : _target.Count);
                break;
            case StepKind.Resume:
                Crash(step.Count);
                break;
            case StepKind.Trim:
                break;
        }
    }

    public void CheckTranslations()
    {
        // What was mirrored before a crash is mirrored again in time.
        Mirror((int)Math.Max(0, _target.DefaultIfEmpty(0).Max() + 1 - _next), 0);
        for (long group = 0; group <= _next + 1; group++)
        {
            var unread = _target.Where(source => source >= group).Distinct().ToArray();
            if (_map.ToTarget(group) is not { } answer)
            {
                continue;
            }

            var behind = _target.Skip((int)answer.Offset).ToHashSet();
            Assert.True(unread.All(behind.Contains), $"group at {group} is put to {answer}: records are lost");
            if (answer.Precision == TranslationPrecision.Exact)
            {
                Assert.Equal(unread.Min(), _target[(int)answer.Offset]);
            }
        }

        for (var offset = 0; offset <= _target.Count; offset++)
        {
            var unread = _target.Skip(offset).Except(_target.Take(offset)).Where(source => source != Nothing).ToArray();
            if (_map.ToSource(offset) is { } answer && unread.Length > 0)
            {
                Assert.True(answer.Offset <= unread.Min(),
                    $"a reader of the target at {offset} is put to {answer} of the source: {unread.Min()} is lost");
            }
        }
    }

    private void Mirror(int sourceOffsets, int targetHole)
    {
        _target.AddRange(Enumerable.Repeat(Nothing, Math.Max(0, targetHole - 3)));
        for (var end = _next + sourceOffsets; _next < end; _next++)
        {
            if (IsRecord(_next))
            {
                _map.Append(_next, _target.Count, 1);
                _target.Add(_next);
            }
        }
    }

    private static bool IsRecord(long source) => source * 2654435761L / 1024 % 4 != 0;

    private void WriteMap()
    {
        _written.AddRange(_map.Changes());
        _map.Written(_map.Changes());
    }

    /// <summary>Perhaps some of the map's records were still written.</summary>
    private void Crash(int more)
    {
        _written.AddRange(_map.Changes().Take(more - 1));
        var loader = new OffsetMapLoader();
        _written.ForEach(record => loader.Add(record.Key.Write(), record.Value));
        _map = loader.Load(Lane, out var problem);
        Assert.Null(problem);
        _map.ResumeAt(_position.Source, _position.Target);
        _next = _position.Source;
    }
}
