using FsCheck;
using FsCheck.Fluent;
using Heliostat.MirrorClient.OffsetMaps;
using static Heliostat.MirrorClient.OffsetMaps.TranslationPrecision;

namespace Heliostat.MirrorClient.Tests.OffsetMaps;

/// <summary>The map against the model, for any history; FsCheck prints the seed and the smallest history that fails.</summary>
public sealed class OffsetMapPropertyTests
{
    private static readonly TopicPartition Lane = new("orders", 3);
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(120);

    [Fact]
    public void The_map_answers_as_the_model_does_whatever_happened() =>
        Check.One(Often, Prop.ForAll(Histories, history =>
        {
            var (map, model) = Replay(history, (_, _, _) => { });
            Compare(map, model);
        }));

    [Fact]
    public void What_is_written_and_read_again_answers_as_before() =>
        Check.One(Often, Prop.ForAll(Histories, history =>
        {
            List<OffsetMapRecord> log = [];
            var (map, model) = Replay(history, (map, _, step) =>
            {
                if (step % 4 == 3)
                {
                    log.AddRange(map.Changes());
                    map.Written(map.Changes());
                }
            });
            log.AddRange(map.Changes());

            var loaded = Load(log);
            loaded.TrimTargetBelow(LogStart(history));
            Compare(loaded, model);
            Assert.True(loaded.Segments <= map.Segments);
        }));

    /// <summary>Invariant E.</summary>
    [Fact]
    public void After_a_crash_at_any_record_the_beginning_of_the_map_is_there() =>
        Check.One(Often.WithMaxTest(200), Prop.ForAll(Histories, history =>
        {
            List<OffsetMapRecord> log = [];
            var before = new List<OffsetMapModel.Entry>();
            Replay([.. history.Where(step => step.Kind != StepKind.Trim)], (map, model, step) =>
            {
                if (step % 3 != 2)
                {
                    return;
                }

                var changes = map.Changes();
                List<OffsetMapModel.Entry> after = [.. model.Entries];
                for (var n = 0; n <= changes.Count; n++)
                {
                    var loaded = Load([.. log, .. changes.Take(n)]);
                    Assert.True(IsBeginning(loaded, before) || IsBeginning(loaded, after), $"after {n} of {changes.Count} records");
                }

                log.AddRange(changes);
                map.Written(changes);
                before = after;
            });
        }));

    /// <summary>
    /// Invariant D, against a target log: a lane that crashes, loses facts, resumes at stored positions and mirrors again. Everything that
    /// a group has not read yet lies at or behind where it is put; where the answer is called exact, its next record is the one there.
    /// </summary>
    [Fact]
    public void No_translation_is_later_than_exact_whatever_is_lost() =>
        Check.One(Often, Prop.ForAll(Histories, history =>
        {
            var lane = new CrashingLane();
            foreach (var step in history)
            {
                lane.Take(step);
            }

            lane.CheckTranslations();
        }));

    private static Arbitrary<Step[]> Histories
    {
        get
        {
            var step = from kind in Gen.Frequency(
                           (12, Gen.Constant(StepKind.Append)), (2, Gen.Constant(StepKind.Again)), (1, Gen.Constant(StepKind.TargetLoss)),
                           (1, Gen.Constant(StepKind.Truncate)),
                           (1, Gen.Constant(StepKind.Store)), (2, Gen.Constant(StepKind.Resume)), (1, Gen.Constant(StepKind.Trim)))
                       from a in Gen.Choose(0, 12)
                       from b in Gen.Choose(0, 5)
                       from count in Gen.Choose(1, 6)
                       select new Step(kind, a, b, count);
            var gen = step.ArrayOf();
            return Arb.From(gen, Shorter);
        }
    }

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var part = steps.Length / 2; part > 0; part /= 2)
        {
            for (var from = 0; from + part <= steps.Length; from += part)
            {
                yield return [.. steps[..from], .. steps[(from + part)..]];
            }
        }
    }

    private static long LogStart(Step[] history) => Replay(history, (_, _, _) => { }).LogStart;

    private static Replayed Replay(Step[] history, Action<OffsetMap, OffsetMapModel, int> each)
    {
        var map = new OffsetMap(Lane, chunkBytes: 12);
        var model = new OffsetMapModel();
        long logStart = 0;
        for (var n = 0; n < history.Length; n++)
        {
            var (kind, a, b, count) = history[n];
            var source = model.EndSource;
            var target = model.EndTarget;

            // What is trimmed is not mirrored again: retention on both sides goes on.
            var safe = model.Entries.Where(e => e.Target >= logStart).Select(e => e.Source).DefaultIfEmpty(source).First();
            var back = Math.Max(safe, source - (a * 3));
            switch (kind)
            {
                case StepKind.Append:
                    Both(m => m.Append(source + Hole(a), target + Hole(b * 2), count),
                        m => m.Append(source + Hole(a), target + Hole(b * 2), count));
                    break;
                case StepKind.Again:
                    Both(m => m.Append(back, target + Hole(b), count), m => m.Append(back, target + Hole(b), count));
                    break;
                case StepKind.TargetLoss:
                    var lost = Math.Max(logStart, target - a);
                    Both(m => m.Append(source, lost, count), m => m.Append(source, lost, count));
                    break;
                case StepKind.Truncate:
                    Both(m => m.TruncateFrom(back), m => m.Cut(back, onSource: true));
                    break;
                case StepKind.Resume:
                    long? at = b == 0 ? null : target + a - 2 < 0 ? 0 : target + a - 2;
                    var resumed = Math.Max(0, source + a - 3);
                    Both(m => m.ResumeAt(resumed, at), m => m.ResumeAt(resumed, at));
                    break;
                case StepKind.Trim:
                    logStart = Math.Max(logStart, target - (a * 4));
                    Both(m => m.TrimTargetBelow(logStart), m => m.Trim(logStart));
                    break;
            }

            each(map, model, n);
        }

        return new(map, model, logStart);

        void Both(Action<OffsetMap> first, Action<OffsetMapModel> second)
        {
            first(map);
            second(model);
        }
    }

    private static long Hole(int n) => Math.Max(0, n - 3);

    private static void Compare(OffsetMap map, OffsetMapModel model)
    {
        for (long offset = 0; offset <= model.EndSource + 2; offset++)
        {
            Assert.Equal((offset, model.ToTarget(offset)), (offset, map.ToTarget(offset)));
        }

        for (long offset = 0; offset <= model.EndTarget + 2; offset++)
        {
            Assert.Equal((offset, model.ToSource(offset)), (offset, map.ToSource(offset)));
        }
    }

    private static OffsetMap Load(IEnumerable<OffsetMapRecord> log)
    {
        var loader = new OffsetMapLoader();
        foreach (var record in log)
        {
            loader.Add(record.Key.Write(), record.Value);
        }

        var map = loader.Load(Lane, out var problem);
        Assert.Null(problem);
        return map;
    }

    private static bool IsBeginning(OffsetMap map, List<OffsetMapModel.Entry> entries)
    {
        var part = entries.TakeWhile(e => e.Source + e.Count <= map.EndSource).ToArray();
        return part.Where(e => e.Count > 0).All(e => map.ToTarget(e.Source) == new TranslatedOffset(e.Target, Exact)
            && map.ToSource(e.Target) == new TranslatedOffset(e.Source, Exact))
            && map.EndTarget <= (entries.Count == 0 ? 0 : entries[^1].Target + entries[^1].Count);
    }

    private sealed record Replayed(OffsetMap Map, OffsetMapModel Model, long LogStart)
    {
        public void Deconstruct(out OffsetMap map, out OffsetMapModel model) => (map, model) = (Map, Model);
    }
}
