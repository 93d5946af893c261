using Heliostat.Client.Producing;
using Heliostat.Protocol.Records;
using Heliostat.Transport;

namespace Heliostat.Demo.Load;

/// <summary>Writes one partition at a pace; while its broker is away it waits, so that little piles up.</summary>
internal sealed class PartitionWriter(DemoTopic topic, int partition, double perSecond) : IProduceSink, IDisposable
{
    private const int MostWaitingBytes = 256 * 1024;
    private const int MostAtOnce = 1000;

    private readonly RecordBatchBuilder _builder = new(topic.Codec);
    private readonly RecordMaker _maker = new(topic.Name, partition);
    private ProducerPartition? _target;
    private double _owed;
    private long _acknowledged;

    public DemoTopic Topic => topic;

    public long Written => Interlocked.Read(ref _acknowledged);

    public string? Refusal { get; private set; }

    public void Open(Producer producer) => _target = producer.Open(new TopicPartition(topic.Name, partition), this);

    /// <summary>Writes what falls due in <paramref name="seconds"/>.</summary>
    public void Write(FramePool frames, double seconds, TimeProvider time)
    {
        _owed = Math.Min(_owed + (perSecond * seconds), MostAtOnce);
        var count = (int)_owed;
        if (count == 0 || _target!.QueuedBytes > MostWaitingBytes)
        {
            return;
        }

        _owed -= count;
        _builder.Reset();
        _maker.Append(_builder, count, time.GetUtcNow().ToUnixTimeMilliseconds());
        var batch = _builder.Build();
        var frameOwned = frames.RentNow(batch.Length);
        batch.CopyTo(frameOwned.Memory.Span);
        _target.Enqueue(new ProduceBatch(frameOwned, frameOwned.Memory, 0, count, count, time.GetTimestamp()));
    }

    public void Acknowledged(in ProduceBatch batch, long baseOffset) => Interlocked.Add(ref _acknowledged, batch.RecordCount);

    public void Dispose()
    {
        _builder.Dispose();
        _maker.Dispose();
    }

    public void Refused(ErrorCode code, string? message) => Refusal = $"{topic.Name}-{partition}: {code.Name()} {message}";
}
