using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>
/// Appends records to one partition of an internal topic and tells when they are there. While the cluster is away its batches wait; callers
/// bound them by awaiting one append before the next.
/// </summary>
internal sealed class PartitionAppender : IProduceSink, IAppender
{
    /// <summary>A leader that moves takes less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly Producer _producer;
    private readonly ProducerPartition _partition;
    private readonly FramePool _frames;
    private readonly TimeProvider _time;
    private readonly string _cluster;
    private bool _halted;
    private long _waitsSince;

    public PartitionAppender(Producer producer, TopicPartition target, string cluster, FramePool frames, TimeProvider time)
    {
        _producer = producer;
        _cluster = cluster;
        _frames = frames;
        _time = time;
        _partition = producer.Open(target, this, isShared: true);
    }

    public string? Trouble
    {
        get
        {
            lock (_gate)
            {
                if (_waiting.Count == 0 || _time.GetElapsedTime(_waitsSince) is var waits && waits < Patience)
                {
                    return null;
                }

                return $"{_cluster}: {Topic}-{_partition.Target.Partition} has not taken a record for {waits.TotalSeconds:0} s{Cause}";
            }
        }
    }

    /// <summary>The topic.</summary>
    public string Topic => _partition.Target.Topic;

    /// <summary>Why the partition takes nothing now, behind a colon; empty where nobody knows.</summary>
    public string Cause => _partition.Snapshot().Trouble is { } trouble ? $": {trouble}" : "";

    /// <summary>
    /// Ends once the cluster holds all of <paramref name="records"/>, which carry the time of now, or <paramref name="timestamp"/> in
    /// milliseconds.
    /// </summary>
    /// <exception cref="KafkaErrorException">The cluster refuses them; the next call tries again.</exception>
    public async Task AppendAsync(IEnumerable<KeyedRecord> records, CancellationToken ct, long? timestamp = null)
    {
        List<Task> appended = [];
        lock (_gate)
        {
            if (_halted)
            {
                _halted = false;
                _partition.Restart();
            }

            foreach (var batch in KeyedBatches.Of(records, timestamp ?? _time.GetUtcNow().ToUnixTimeMilliseconds()))
            {
                var frameOwned = _frames.RentNow(batch.Bytes.Length);
                batch.Bytes.CopyTo(frameOwned.Memory);
                _waitsSince = _waiting.Count == 0 ? _time.GetTimestamp() : _waitsSince;
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(done);
                appended.Add(done.Task.HereAsync());
                _partition.Enqueue(new ProduceBatch(frameOwned, frameOwned.Memory, 0, batch.Records, batch.Records, _time.GetTimestamp()));
            }
        }

        await Settling.AllAsync(appended).WaitHereAsync(ct);
    }

    /// <summary>Ends once the cluster holds all that was given to it before, whoever waits for that.</summary>
    /// <exception cref="KafkaErrorException">The cluster refuses some of it.</exception>
    public Task TakenAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            return Settling.AllAsync(_waiting.Select(waiting => (Task)waiting.Task).ToArray()).WaitHereAsync(ct);
        }
    }

    public void Acknowledged(in ProduceBatch batch, long baseOffset)
    {
        lock (_gate)
        {
            _waitsSince = _time.GetTimestamp();
            if (_waiting.TryDequeue(out var done))
            {
                done.SetResult();
            }
        }
    }

    public void Refused(ErrorCode code, string? message)
    {
        var failure = new KafkaErrorException(
            code, message ?? $"{_cluster}: {_partition.Target.Topic}-{_partition.Target.Partition} refused a record: {code.Name()}");
        lock (_gate)
        {
            _halted = true;
            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.SetException(failure);
            }
        }
    }

    public void Dispose()
    {
        _producer.Close(_partition);
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.TrySetCanceled();
            }
        }
    }
}
