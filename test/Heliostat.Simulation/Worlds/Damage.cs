using Heliostat.Broker;
using Heliostat.Simulation.Schedules;
using Heliostat.Testing.Time;
using What = Heliostat.Simulation.Worlds.History.What;

namespace Heliostat.Simulation.Worlds;

/// <summary>
/// A fault that changes what a cluster holds or knows. What is lost by it is noted in the history, as a mirror has to tell it.
/// </summary>
internal sealed class Damage(World world, Schedule schedule, Fault fault, SimulatedClock clock)
{
    private const int MostPartitions = 6;
    private const int MostCut = 60;

    private readonly EmbeddedCluster _cluster = world.Cluster(fault.OnTarget);
    private readonly string _topic = fault.OnTarget ? MirrorProcess.TargetTopic(schedule.Way) : World.Topic;

    /// <summary>
    /// A topic that is made anew with another number of partitions is placed by key where positions are in a group: nothing is known of it.
    /// </summary>
    private bool IsPlacedByKey =>
        schedule.Way is MirrorWay.Group or MirrorWay.Quick && schedule.Faults.Any(other => other.Kind == FaultKind.DeleteTopic);

    public Task HappenAsync()
    {
        switch (fault.Kind)
        {
            case FaultKind.ExpireProducers:
                Forget();
                break;
            case FaultKind.AddPartition when !IsPlacedByKey && world.Source.HasTopic(World.Topic)
                && world.Source.PartitionCount(World.Topic) < MostPartitions:
                world.Source.AddPartitions(World.Topic, world.Source.PartitionCount(World.Topic) + 1);
                break;
            case FaultKind.CutLog when _cluster.HasTopic(_topic):
                return schedule.ReplicationDelay > TimeSpan.Zero ? ElectUncleanlyAsync() : CutAsync();
            case FaultKind.DeleteRecords when world.Source.HasTopic(World.Topic):
                DeleteRecords(fault.Choice % world.Source.PartitionCount(World.Topic));
                break;
            case FaultKind.DeleteTopic when _cluster.HasTopic(_topic):
                return DeleteTopicAsync();
        }

        return Task.CompletedTask;
    }

    private void Forget()
    {
        for (var id = 0; id < 4096; id++)
        {
            world.Target.ExpireProducerId(id);
        }

        world.History.Lost(What.TargetForgot, -1);
    }

    private async Task ElectUncleanlyAsync()
    {
        var broker = fault.Choice / 8 % schedule.Brokers;
        var partition = fault.Choice % _cluster.PartitionCount(_topic);
        _cluster.StallFollowing(broker, true);
        await Task.Delay(fault.For / 4, clock);
        if (_cluster.HasTopic(_topic))
        {
            NoteCut(partition, () => _cluster.ElectUncleanly(_topic, partition, broker));
        }

        _cluster.StallFollowing(broker, false);
    }

    private Task CutAsync()
    {
        var partition = fault.Choice % _cluster.PartitionCount(_topic);
        var end = _cluster.LogEndOffset(_topic, partition) - (fault.Choice / 8 % MostCut);
        NoteCut(partition, () => _cluster.Truncate(_topic, partition, Math.Max(end, _cluster.LogStartOffset(_topic, partition))));
        return Task.CompletedTask;
    }

    private void NoteCut(int partition, Action cut)
    {
        var before = _cluster.HighWatermark(_topic, partition);
        cut();
        if (_cluster.LogEndOffset(_topic, partition) < before)
        {
            world.History.Lost(fault.OnTarget ? What.TargetCut : What.SourceCut, partition);
        }
    }

    private void DeleteRecords(int partition)
    {
        var (start, end) = (world.Source.LogStartOffset(World.Topic, partition), world.Source.HighWatermark(World.Topic, partition));
        var before = ReadLog.Read(world.Source, World.Topic, partition, schedule.ReadsCommitted);
        world.Source.RaiseLogStart(World.Topic, partition, start + ((end - start) * (1 + (fault.Choice / 8 % 4)) / 4));
        var after = ReadLog.Read(world.Source, World.Topic, partition, schedule.ReadsCommitted).ToHashSet();
        world.History.Take(partition, before.Where(record => !after.Contains(record)));
        world.History.Lost(What.SourceDeleted, partition);
    }

    private async Task DeleteTopicAsync()
    {
        if (fault.OnTarget)
        {
            world.Target.DeleteTopic(_topic);
            world.History.Lost(What.TargetDeleted, -1);
            return;
        }

        var count = world.Source.PartitionCount(World.Topic);
        for (var partition = 0; partition < count; partition++)
        {
            world.History.Take(partition, ReadLog.Read(world.Source, World.Topic, partition, schedule.ReadsCommitted));
        }

        world.Source.DeleteTopic(World.Topic);
        world.History.Lost(What.SourceMadeAnew, -1);
        await Task.Delay(fault.For / 8, clock);
        world.History.Topic++;
        if (!world.Source.HasTopic(World.Topic))
        {
            world.Source.CreateTopic(new EmbeddedTopic(World.Topic, count, schedule.Brokers));
        }
    }
}
