using Heliostat.Broker.Faults;
using Heliostat.Protocol.Messages;

namespace Heliostat.Simulation.Worlds;

/// <summary>Sees to it that each lane has one writer: nobody else writes between the moment in which a worker opens it and its last write.</summary>
internal sealed class Writers
{
    private const char End = '|';

    private readonly World _world;
    private readonly Dictionary<(string Worker, int Partition), int> _opened = [];
    private readonly Dictionary<int, List<(string Worker, int At)>> _writes = [];
    private int _now;

    /// <param name="world">Its target is looked at.</param>
    public Writers(World world)
    {
        _world = world;
        _world.Target.Faults.Intercept(ApiKey.Produce, request =>
        {
            Look(request);
            return null;
        });
    }

    /// <summary>The first request with records of a lane that came from a worker after another had written since it opened it, in words; null: none did.</summary>
    public string? Wrong { get; private set; }

    /// <summary>What the client ids of a worker begin with.</summary>
    public static string Name(string worker) => worker + End;

    /// <summary>A worker opened a lane.</summary>
    public void Opened(string worker, int partition) => _opened[(worker, partition)] = ++_now;

    private void Look(FaultyRequest request)
    {
        var topic = MirrorProcess.TargetTopic(Schedules.MirrorWay.Topic);
        var name = request.ClientId ?? "";
        if (Wrong is not null || name.IndexOf(End, StringComparison.Ordinal) is not (> 0 and var length) || !_world.Target.HasTopic(topic))
        {
            return;
        }

        var id = _world.Target.TopicId(topic);
        foreach (var data in ((ProduceRequest)request.Body).TopicData)
        {
            foreach (var partition in data.TopicId == id || data.Name == topic ? data.PartitionData : [])
            {
                Wrote(name[..length], partition.Index);
            }
        }
    }

    private void Wrote(string worker, int partition)
    {
        if (!_writes.TryGetValue(partition, out var writes))
        {
            _writes[partition] = writes = [];
        }

        var opened = _opened.GetValueOrDefault((worker, partition));
        if (writes.Find(write => write.Worker != worker && write.At > opened) is { Worker: { } other })
        {
            Wrong ??= $"{worker} and {other} both write to partition {partition}";
        }

        writes.RemoveAll(write => write.Worker == worker);
        writes.Add((worker, ++_now));
    }
}
