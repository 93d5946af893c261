using System.Text;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Protocol.Records;
using Heliostat.Simulation.Schedules;
using What = Heliostat.Simulation.Worlds.History.What;

namespace Heliostat.Simulation.Worlds;

/// <summary>
/// Whether each offset that the stored offset maps translate exactly is that of the same record on both sides; of lanes that are halted
/// nobody says so.
/// </summary>
internal static class StoredMaps
{
    private const string Topic = "heliostat-offset-map.A.internal";

    /// <summary>The first that is another, in words; null: none.</summary>
    public static string? Wrong(World world, Schedule schedule)
    {
        var hasMaps = schedule.Way is MirrorWay.Topic or MirrorWay.Transaction && world.Target.HasTopic(Topic);
        if (!hasMaps || world.History.HasAny(What.SourceMadeAnew))
        {
            return null;
        }

        var maps = new OffsetMapLoader();
        for (var partition = 0; partition < world.Target.PartitionCount(Topic); partition++)
        {
            foreach (var (key, value) in ReadLog.Read(world.Target, Topic, partition, committed: true, Copied).Values)
            {
                maps.Add(key, value);
            }
        }

        return Enumerable.Range(0, world.Source.PartitionCount(World.Topic)).Select(partition => Wrong(world, schedule, partition, maps))
            .FirstOrDefault(wrong => wrong is not null);
    }

    private static string? Wrong(World world, Schedule schedule, int partition, OffsetMapLoader maps)
    {
        var mirror = MirrorProcess.TargetTopic(schedule.Way);
        if (!world.IsOnTarget(mirror, partition) || world.Told.Halted.ContainsKey(partition))
        {
            return null;
        }

        var map = maps.Load(new TopicPartition(World.Topic, partition), out var problem);
        if (problem is not null)
        {
            return problem;
        }

        var here = ReadLog.Read(world.Source, World.Topic, partition, schedule.ReadsCommitted, Value);
        var there = ReadLog.Read(world.Target, mirror, partition, committed: true, Value);
        var mayLack = world.History.Has(What.TargetCut, partition) || world.History.HasAny(What.TargetDeleted);
        foreach (var (offset, value) in here)
        {
            if (map.ToTarget(offset) is { Precision: TranslationPrecision.Exact, Offset: var at }
                && (there.GetValueOrDefault(at) is { } found ? found != value : !mayLack))
            {
                return $"partition {partition}: by the offset map {value}, at offset {offset}, stands at {at}, "
                    + $"where the target holds {there.GetValueOrDefault(at, "nothing")}";
            }
        }

        return null;
    }

    private static string Value(RecordReader record) => Encoding.ASCII.GetString(record.Value.Span);

    private static (byte[] Key, byte[]? Value) Copied(RecordReader record) =>
        (record.Key.Span.ToArray(), record.Value.IsNull ? null : record.Value.Span.ToArray());
}
