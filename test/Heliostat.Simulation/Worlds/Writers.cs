using Heliostat.Broker.Faults;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Simulation.Schedules;

namespace Heliostat.Simulation.Worlds;

/// <summary>
/// Sees to it that each lane has one writer: nobody else's batch gets into its log between the moment in which a worker opens it and its
/// last write. What a broker refuses counts for nothing. And that no two workers write in one term (a producer's id and epoch).
/// </summary>
internal sealed class Writers
{
    private const char End = '|';
    private static readonly string Mirror = MirrorProcess.TargetTopic(MirrorWay.Topic);

    private readonly World _world;

    /// <summary>Where the log ended when a worker last opened the lane.</summary>
    private readonly Dictionary<(string Worker, int Partition), long> _opened = [];

    /// <summary>Who sent a batch, and where the log had ended when it opened the lane.</summary>
    private readonly Dictionary<(int Partition, long Id, short Epoch, int Sequence), (string Worker, long Opened)> _sent = [];

    /// <summary>Who wrote in a term.</summary>
    private readonly Dictionary<(long Id, short Epoch), string> _terms = [];

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

    /// <summary>What the client ids of a worker begin with.</summary>
    public static string Name(string worker) => worker + End;

    /// <summary>A worker opened a lane.</summary>
    public void Opened(string worker, int partition) =>
        _opened[(worker, partition)] = _world.IsOnTarget(Mirror, partition) ? _world.Target.LogEndOffset(Mirror, partition) : 0;

    /// <summary>A term in which two workers wrote, in words; null: there is none.</summary>
    public string? WrongTerm { get; private set; }

    /// <summary>
    /// The first batch of a lane behind one that another worker wrote since this one opened it, in words; null: there is none.
    /// </summary>
    public string? Wrong() => _world.Target.HasTopic(Mirror)
        ? Enumerable.Range(0, _world.Target.PartitionCount(Mirror)).Select(Wrong).FirstOrDefault(wrong => wrong is not null) : null;

    private string? Wrong(int partition)
    {
        Dictionary<string, long> last = [];
        foreach (var (at, worker, opened) in Batches(partition))
        {
            if (last.FirstOrDefault(one => one.Key != worker && one.Value >= opened) is { Key: { } other, Value: var behind })
            {
                return $"{worker} and {other} both write to partition {partition}, at {at} and {behind}";
            }

            last[worker] = at;
        }

        return null;
    }

    /// <summary>Where the batches of workers stand in a log, and whose each is.</summary>
    private List<(long At, string Worker, long Opened)> Batches(int partition)
    {
        List<(long At, string Worker, long Opened)> found = [];
        for (var offset = _world.Target.LogStartOffset(Mirror, partition); offset < _world.Target.HighWatermark(Mirror, partition);)
        {
            var bytes = _world.Target.Batches(Mirror, partition, offset).Span;
            var walker = new BatchWalker(bytes);
            while (walker.MoveNext())
            {
                var header = new RecordBatchHeader(walker.Current.Of(bytes));
                offset = header.NextOffset;
                if (!header.IsControl && _sent.TryGetValue(Key(partition, header), out var sent))
                {
                    found.Add((header.BaseOffset, sent.Worker, sent.Opened));
                }
            }
        }

        return found;
    }

    private static (int Partition, long Id, short Epoch, int Sequence) Key(int partition, RecordBatchHeader header) =>
        (partition, header.ProducerId, header.ProducerEpoch, header.BaseSequence);

    private void Look(FaultyRequest request)
    {
        var name = request.ClientId ?? "";
        if (name.IndexOf(End, StringComparison.Ordinal) is not (> 0 and var length) || !_world.Target.HasTopic(Mirror))
        {
            return;
        }

        var id = _world.Target.TopicId(Mirror);
        foreach (var data in ((ProduceRequest)request.Body).TopicData)
        {
            foreach (var partition in data.TopicId == id || data.Name == Mirror ? data.PartitionData : [])
            {
                var header = new RecordBatchHeader(partition.Records.Span);
                Write(name[..length], header.ProducerId, header.ProducerEpoch);
                _sent[Key(partition.Index, header)] = (name[..length], _opened.GetValueOrDefault((name[..length], partition.Index)));
            }
        }
    }

    private void Write(string worker, long id, short epoch)
    {
        if (id >= 0 && !_terms.TryAdd((id, epoch), worker) && _terms[(id, epoch)] is var other && other != worker)
        {
            WrongTerm ??= $"{worker} and {other} both write as producer {id} in epoch {epoch}";
        }
    }
}
